package escalate_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/paths"
)

const good = `title: a
why: b
to: role
needs:
  - {action: iam:AttachRolePolicy, on: target}
yields: policy-write
`

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"unknown-key":       {"why: b", "wy: b", `a/x.yaml:2:1: unknown key "wy"`},
		"twice":             {"why: b", "title: b", `a/x.yaml:2:1: key "title" stands twice`},
		"no-title":          {"title: a\n", "", "a/x.yaml:1:1: a rule needs title"},
		"no-needs":          {"needs:\n  - {action: iam:AttachRolePolicy, on: target}\n", "", "a/x.yaml:1:1: a rule needs needs"},
		"empty-text":        {"why: b", "why: ''", "a/x.yaml:2:6: why must be text"},
		"unknown-target":    {"to: role", "to: root", `a/x.yaml:3:5: to "root" is none of`},
		"unknown-yield":     {"policy-write", "gold", `a/x.yaml:6:9: yields "gold" is none of`},
		"action-pattern":    {"iam:AttachRolePolicy", "'iam:*'", `a/x.yaml:5:14: action "iam:*" must be`},
		"action-lower":      {"iam:AttachRolePolicy", "iam:attachRolePolicy", "a/x.yaml:5:14: action"},
		"no-object":         {", on: target", "", "a/x.yaml:5:5: a need has action and on"},
		"unknown-object":    {"on: target", "on: all", `a/x.yaml:5:40: on "all" is none of`},
		"needs-no-list":     {"needs:\n  - {action: iam:AttachRolePolicy, on: target}", "needs: all", "a/x.yaml:4:8: needs must be a list"},
		"both":              {"on: target}", "on: target, any: []}", "a/x.yaml:5:5: a need has"},
		"nested-choice":     {"  - {action: iam:AttachRolePolicy, on: target}", "  - any: [[{any: []}]]", `a/x.yaml:5:13: unknown key "any"`},
		"existing-unused":   {"to: role", "to: role\nexisting: aws_x", "a/x.yaml:1:1: existing and a need on: existing"},
		"existing-missing":  {"on: target", "on: existing", "a/x.yaml:1:1: existing and a need"},
		"bad-type":          {"to: role", "to: role\nexisting: lambda", `a/x.yaml:4:11: existing "lambda" must be`},
		"unknown-fact":      {"to: role", "to: role\nwhen: {tall: true}", `a/x.yaml:4:8: the fact "tall" is none of`},
		"fact-no-bool":      {"to: role", "to: role\nwhen: {mfa: maybe}", "a/x.yaml:4:13: when.mfa must be true or false"},
		"pass-without-role": {"to: role", "to: user\npasses: {to: [lambda.amazonaws.com]}", "a/x.yaml:1:1: a rule that passes a role"},
		"bad-service":       {"to: role", "to: role\npasses: {to: [lambda]}", `a/x.yaml:4:15: a service "lambda" must be`},
		"pass-nowhere":      {"to: role", "to: role\npasses: {}", "a/x.yaml:4:9: passes needs to"},
		"session-on-role":   {"policy-write", "session", "a/x.yaml:1:1: to: workload and yields: session go together"},
		"deputy-of-what":    {"policy-write", "deputy", "a/x.yaml:1:1: yields: deputy needs limits"},
		"join-role":         {"policy-write", "join", "a/x.yaml:1:1: yields: join needs"},
		"bad-reference":     {"to: role", "to: role\nreferences: [x]", `a/x.yaml:4:14: a reference "x" must be`},
		"anchor":            {"title: a", "title: &t a\nlimits: *t", "a/x.yaml:2:9: anchors are not supported"},
		"broken-yaml":       {"to: role", "to: [", "a/x.yaml:"},
		"two-documents":     {"title: a", "title: a\n---\nx: y", "one file holds one rule"},
		"empty":             {good, "", "a/x.yaml:1:1: the file is empty"},
		"only-a-comment":    {good, "# nothing", "a/x.yaml:1:1: the file is empty"},
		"a-list":            {good, "- a", "a/x.yaml:1:1: a rule must be a mapping"},
		"huge":              {"title: a", "title: " + strings.Repeat("a", 300_000), "is no rule: the limit is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(good, c.from, c.to, 1)
			fsys := fstest.MapFS{"a/x.yaml": {Data: []byte(text)}, "a/y.yaml": {Data: []byte(good)}}
			list, err := escalate.Load(fsys, ".")
			if err == nil || list != nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v\nwant %s", err, c.want)
			}
			if estate.CodeOf(err) != estate.CodeInvalid {
				t.Errorf("code %s", estate.CodeOf(err))
			}
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"r/b/y.yaml": {Data: []byte(good)}, "r/a/x.yaml": {Data: []byte(good)}, "r/a/x.test.yaml": {Data: []byte("nonsense: [")}, "r/embed.go": {}}
	list, err := escalate.Load(fsys, "r")
	if err != nil || len(list) != 2 || list[0].ID != "a-x" || list[1].ID != "b-y" {
		t.Errorf("%+v %v", list, err)
	}
	_, err = escalate.Load(fsys, "nowhere")
	var e *estate.Error
	if !errors.As(err, &e) || e.Code != estate.CodeNotFound {
		t.Errorf("%v", err)
	}
}

func TestProblemsOfAllFilesAreToldInOrder(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"b.yaml": {Data: []byte("zz: 1\nyy: 2\n")}, "a.yaml": {Data: []byte("xx: 1\n")}}
	_, err := escalate.Load(fsys, ".")
	if err == nil {
		t.Fatal("taken")
	}
	text := err.Error()
	last := -1
	for _, want := range []string{"a.yaml:1:1", "b.yaml:1:1", "b.yaml:2:1"} {
		at := strings.Index(text, want)
		if at <= last {
			t.Errorf("%s is not told in order:\n%s", want, text)
		}
		last = at
	}
}

func TestTheLibraryIsEmbedded(t *testing.T) {
	t.Parallel()
	embedded, err := escalate.Load(paths.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	if onDisk := rules(t); len(embedded) != len(onDisk) {
		t.Errorf("%d rules are embedded, %d stand in the folder", len(embedded), len(onDisk))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = escalate.Parse("x.yaml", data)
	})
}
