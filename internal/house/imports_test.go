package house_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stance-sec/stance"

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath     string
	Dir            string
	Imports        []string
	GoFiles        []string
	IgnoredGoFiles []string // those of other systems
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles,IgnoredGoFiles", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		p.Imports = append(p.Imports, ignoredImports(t, p)...)
		pkgs = append(pkgs, p)
	}
}

// ignoredImports returns what the files of other systems import.
func ignoredImports(t *testing.T, p pkg) []string {
	t.Helper()
	var found []string
	for _, name := range p.IgnoredGoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			found = append(found, strings.Trim(i.Path.Value, `"`))
		}
	}
	return found
}

// tools are the packages that no binary may hold.
var tools = []string{
	"internal/bench", "internal/e2e/...", "internal/gen/...", "internal/house", "internal/source/sourcetest", "internal/source/aws/awstest", "internal/source/azure/azuretest",
	"internal/source/gcp/gcptest", "internal/action/notify/notifytest", "internal/action/output/outputtest", "internal/store/storetest", "internal/store/postgres/pgtest",
}

func TestNothingShippedImportsTools(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-deps", "./cmd/...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, p := range strings.Fields(string(out)) {
		path := strings.TrimPrefix(p, module+"/")
		if slices.ContainsFunc(tools, func(tool string) bool { return matches(tool, path) }) {
			t.Errorf("the binary holds %s", path)
		}
	}
}

// rule is one entry of docs/imports.txt.
type rule struct {
	pattern     string
	ours, third []string
	used        bool
	needed      map[string]bool // the entries that some import asked for
}

func readRules(t *testing.T) []*rule {
	t.Helper()
	f, err := os.Open(filepath.Join(root(t), "docs/imports.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var rules []*rule
	var list *[]string // what an indented line without a key goes on with
	s := bufio.NewScanner(f)
	for s.Scan() {
		line, _, _ := strings.Cut(s.Text(), "#")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case fields[0] == "ours:":
			list = &rules[len(rules)-1].ours
			*list = fields[1:]
		case fields[0] == "third:":
			list = &rules[len(rules)-1].third
			*list = fields[1:]
		case strings.HasPrefix(line, "        "):
			*list = append(*list, fields...)
		default:
			rules = append(rules, &rule{pattern: fields[0], needed: map[string]bool{}})
		}
	}
	return rules
}

// matches reports whether path is the pattern, or lies below one that ends in "...".
func matches(pattern, path string) bool {
	base, below := strings.CutSuffix(pattern, "...")
	base = strings.TrimSuffix(base, "/")
	if !below {
		return path == base
	}
	return base == "" || path == base || strings.HasPrefix(path, base+"/")
}

func ruleFor(rules []*rule, path string) *rule {
	var best *rule
	for _, r := range rules {
		exact := !strings.HasSuffix(r.pattern, "...")
		if matches(r.pattern, path) && (best == nil || exact || len(r.pattern) > len(best.pattern)) {
			best = r
			if exact {
				break
			}
		}
	}
	return best
}

func TestImportsObeyTheTable(t *testing.T) {
	t.Parallel()
	rules := readRules(t)
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module+"/")
		r := ruleFor(rules, path)
		if r == nil {
			t.Errorf("docs/imports.txt says nothing of %s", path)
			continue
		}
		r.used = true
		for _, imported := range p.Imports {
			if !allowed(r, path, imported) {
				t.Errorf("%s may not import %s (see docs/imports.txt)", path, imported)
			}
		}
	}
	for _, r := range rules {
		if !r.used {
			t.Errorf("docs/imports.txt names %s, which does not exist", r.pattern)
		}
		for _, entry := range slices.Concat(r.ours, r.third) {
			if !r.needed[entry] {
				t.Errorf("docs/imports.txt lets %s import %s, which it does not", r.pattern, entry)
			}
		}
	}
}

// allowed reports whether the rule lets a package import another, and notes the entries
// that say so.
func allowed(r *rule, path, imported string) bool {
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		return ours != path && r.note(r.ours, func(p string) bool { return matches(p, ours) })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return r.note(r.third, func(p string) bool { return matches(p, imported) || matches(p+"/...", imported) })
}

func (r *rule) note(entries []string, covers func(string) bool) bool {
	found := false
	for _, e := range entries {
		if covers(e) {
			r.needed[e], found = true, true
		}
	}
	return found
}

func TestEveryPackageHasOneComment(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		count := 0
		for _, name := range p.GoFiles {
			if hasPackageComment(t, filepath.Join(p.Dir, name)) {
				count++
			}
		}
		if len(p.GoFiles) > 0 && count != 1 {
			t.Errorf("%s has %d package comments", p.ImportPath, count)
		}
	}
}
