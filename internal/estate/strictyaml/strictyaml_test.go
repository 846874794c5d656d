package strictyaml_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// recipe is a file that has one of each: a text, texts, a flag, and a mapping.
type recipe struct {
	title string
	steps []string
	sweet bool
	also  []string
}

func read(data []byte) (recipe, error) {
	var r recipe
	d := strictyaml.Decoder{File: "a.yaml", Noun: "recipe", Problems: &strictyaml.Problems{}}
	if root := d.Root(data, 1<<10); root != nil {
		d.Keys(root, "a recipe", map[string]func(*yaml.Node){
			"title": d.Text(&r.title, "title"), "steps": d.Texts(&r.steps, "steps"), "sweet": d.Flag(&r.sweet, "sweet"),
			"also": func(n *yaml.Node) {
				d.Each(n, "also", func(key, _ *yaml.Node) { r.also = append(r.also, key.Value) })
			},
		})
	}
	return r, d.Problems.Err()
}

func TestWhatIsNotUnderstoodIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"title: a\nstep: [b]":          "a.yaml:2:1: unknown key \"step\" in a recipe; known are also, steps, sweet, title; did you mean steps?",
		"title: a\ntitle: b":           `a.yaml:2:1: key "title" stands twice in a recipe`,
		"title: ' '":                   "a.yaml:1:8: title must be text that is not empty, not a scalar",
		"title:":                       "a.yaml:1:7: title must be text that is not empty, not nothing",
		"title: [a]":                   "a.yaml:1:8: title must be text that is not empty, not a list",
		"steps: a":                     "a.yaml:1:8: steps must be a list, not a scalar",
		"steps: [{a: b}]":              "a.yaml:1:9: each of steps must be text that is not empty, not a mapping",
		"sweet: very":                  "a.yaml:1:8: sweet must be true or false",
		"also: {[a]: b}":               "a.yaml:1:8: a key of also must be plain text",
		"title: &t a\nsteps: [*t]":     "a.yaml:2:9: anchors are not supported in a recipe: write the value out",
		"also: &x {a: b}\nsteps: *x":   "a.yaml:2:8: anchors are not supported in a recipe: write the value out",
		"also: {<<: {a: b}}":           "a.yaml:1:8: a key of also must be plain text",
		"- title: a":                   "a.yaml:1:1: a recipe must be a mapping, not a list",
		"title: [":                     "a.yaml:1: did not find expected node content",
		"title: a\n---\ntitle: b":      "a.yaml:2:1: one file holds one recipe",
		"title: a\n---\n[":             "a.yaml:3: did not find expected node content",
		"":                             "a.yaml:1:1: the file is empty",
		"# nothing":                    "a.yaml:1:1: the file is empty",
		"title: " + long('a', 1<<10):   "a.yaml:1:1: a file of 1031 bytes is no recipe: the limit is 1024",
		long('k', 200) + ": 1":         "a.yaml:1:1: unknown key \"" + long('k', 80) + "\" in a recipe; known are also, steps, sweet, title",
		"zz: 1\nyy: 2\nalso: {a: b}\n": "a.yaml:1:1: unknown key \"zz\" in a recipe; known are also, steps, sweet, title\na.yaml:2:1: unknown key \"yy\" in a recipe; known are also, steps, sweet, title",
	} {
		_, err := read([]byte(text))
		if err == nil || err.Error() != want || estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%.40q:\n%v\nwant\n%s", text, err, want)
		}
	}
}

func long(r rune, n int) string { return strings.Repeat(string(r), n) }

func TestWhatIsUnderstood(t *testing.T) {
	t.Parallel()
	r, err := read([]byte("title: a\nsteps: [b, 3]\nsweet: true\nalso: {z: 1, y: 2}\n"))
	if err != nil || r.title != "a" || strings.Join(r.steps, " ") != "b 3" || !r.sweet || strings.Join(r.also, " ") != "z y" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]strictyaml.Position{
		"": {}, "a": {File: "a"}, "a:2": {File: "a", Line: 2}, "a:2:3": {File: "a", Line: 2, Column: 3}, "2:3": {Line: 2, Column: 3},
		"b": strictyaml.At("b", nil), "b:4:5": strictyaml.At("b", &yaml.Node{Line: 4, Column: 5}),
	} {
		if p.String() != want {
			t.Errorf("%+v is %q, want %q", p, p.String(), want)
		}
	}
}

func TestProblemsAreToldInOrderAndCounted(t *testing.T) {
	t.Parallel()
	var p strictyaml.Problems
	for i := range 1002 {
		p.Add(strictyaml.Position{File: "b", Line: 1002 - i}, "wrong")
	}
	lines := strings.Split(p.Err().Error(), "\n")
	if p.Len() != 1002 || len(lines) != 1001 || lines[0] != "b:3: wrong" || lines[1000] != "and 2 problems more: mend these first" {
		t.Errorf("%d: %s … %s", p.Len(), lines[0], lines[len(lines)-1])
	}
	if (&strictyaml.Problems{}).Err() != nil {
		t.Error("none is an error")
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"r/a/x.yaml": {Data: []byte("1")}, "r/a/x.test.yaml": {}, "r/y.yaml": {Data: []byte("2")}, "r/z.json": {}, "s.yaml": {}}
	var seen []string
	folder := strictyaml.Folder{FS: fsys, Root: "r", Shown: "/home/me/r", Noun: "recipe"}
	err := folder.Walk(func(f strictyaml.File) {
		seen = append(seen, f.Name+" "+f.Shown+" "+f.ID+" "+string(f.Data))
	})
	const want = "r/a/x.yaml /home/me/r/a/x.yaml a-x 1, r/y.yaml /home/me/r/y.yaml y 2"
	if got := strings.Join(seen, ", "); err != nil || got != want {
		t.Errorf("%s, %v\nwant %s", got, err, want)
	}
	folder.Root = "."
	seen = nil
	if err := folder.Walk(func(f strictyaml.File) { seen = append(seen, f.ID) }); err != nil || strings.Join(seen, " ") != "r-a-x r-y s" {
		t.Errorf("%v, %v", seen, err)
	}
	folder.Root, folder.Shown = "nowhere", "/nowhere"
	err = folder.Walk(func(strictyaml.File) { t.Error("visited") })
	var e *estate.Error
	if !errors.As(err, &e) || e.Code != estate.CodeNotFound || e.Op != `read recipes below "/nowhere"` || e.Hint == "" {
		t.Errorf("%v", err)
	}
}

func TestInto(t *testing.T) {
	t.Parallel()
	type file struct {
		Title string `yaml:"title"`
	}
	for text, want := range map[string]string{
		"title: a": "", "": "", "title: a\n---\ntitle: b": "one file holds one document", "title: [": "line 1: did not find expected node content",
		"titel: a": "unmarshal errors: line 1: field titel not found in type strictyaml_test.file",
	} {
		var f file
		got := ""
		if err := strictyaml.Into([]byte(text), &f); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("title: a\nsteps: [b, *c]\n"))
	f.Add([]byte("{a: &x [*x]}\n---\nb"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := read(data); err != nil && !strings.HasPrefix(err.Error(), "a.yaml:") {
			t.Errorf("no position: %v", err)
		}
	})
}
