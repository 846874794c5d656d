package escalate_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
)

const library = "../../../../paths"

// testCase is an entry of a .test.yaml; docs/add/escalation.md tells the keys.
type testCase struct {
	Name          string                       `yaml:"name"`
	From          string                       `yaml:"from"`
	Allow         []statement                  `yaml:"allow"`
	Deny          []statement                  `yaml:"deny"`
	Boundary      []statement                  `yaml:"boundary"`
	SCP           []statement                  `yaml:"scp"`
	RCP           []statement                  `yaml:"rcp"`
	Managed       map[string][]statement       `yaml:"managed"`
	ManagedUnread bool                         `yaml:"managed_unread"`
	Unreadable    bool                         `yaml:"unreadable"`
	Trust         map[string]string            `yaml:"trust"`
	TrustIf       map[string]any               `yaml:"trust_if"`
	ServiceLinked bool                         `yaml:"service_linked"`
	Facts         map[escalate.Fact]estate.Tri `yaml:"-"`
	FactTexts     map[escalate.Fact]string     `yaml:"facts"`
	Existing      string                       `yaml:"existing"`
	Want          string                       `yaml:"want"`
	Self          bool                         `yaml:"self"`
	Residue       string                       `yaml:"residue"`
}

// statement is an action on every resource, or a mapping with resource and condition.
type statement struct {
	Action    string         `yaml:"action"`
	NotAction []string       `yaml:"not_action"`
	Resource  string         `yaml:"resource"`
	Condition map[string]any `yaml:"condition"`
}

func (s *statement) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		s.Action = n.Value
		return nil
	}
	type plain statement
	return n.Decode((*plain)(s))
}

func rules(t *testing.T) []escalate.Rule {
	t.Helper()
	list, err := escalate.Load(os.DirFS(library), ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("no rules")
	}
	return list
}

func cases(t *testing.T, r escalate.Rule) []testCase {
	t.Helper()
	data, err := fs.ReadFile(os.DirFS(library), caseFile(t, r.ID))
	if err != nil {
		t.Fatal(err)
	}
	var list []testCase
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&list); err != nil {
		t.Fatalf("%s: %v", r.ID, err)
	}
	words := map[string]estate.Tri{"yes": estate.Yes, "no": estate.No, "unknown": estate.Maybe}
	for i := range list {
		list[i].Facts = map[escalate.Fact]estate.Tri{}
		for name, word := range list[i].FactTexts {
			is, ok := words[word]
			if !ok {
				t.Fatalf("%s: fact %s is %q, none of yes, no, unknown", r.ID, name, word)
			}
			list[i].Facts[name] = is
		}
	}
	return list
}

// caseFile finds the file whose path makes the id.
func caseFile(t *testing.T, id string) string {
	t.Helper()
	var found string
	err := fs.WalkDir(os.DirFS(library), ".", func(name string, _ fs.DirEntry, err error) error {
		if base, ok := strings.CutSuffix(name, ".test.yaml"); ok && strings.ReplaceAll(base, "/", "-") == id {
			found = name
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("%s has no cases beside it (%v)", id, err)
	}
	return found
}

func TestCases(t *testing.T) {
	t.Parallel()
	total := 0
	list := rules(t)
	for _, r := range list {
		verdicts := map[string]bool{}
		for _, c := range cases(t, r) {
			total++
			verdicts[c.Want] = true
			t.Run(r.ID+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				runCase(t, r, c)
			})
		}
		if !verdicts["yes"] || !verdicts["no"] {
			t.Errorf("%s needs a case that is yes and one that is no", r.ID)
		}
	}
	t.Logf("%d rules, %d cases", len(list), total)
}

func runCase(t *testing.T, r escalate.Rule, c testCase) {
	t.Helper()
	e, found := build(t, r, c).find(r, c.Self)
	got := "no"
	if found {
		got = e.Verdict.String()
	}
	if got != c.Want {
		t.Fatalf("%s, want %s\n%s", got, c.Want, describe(e))
	}
	if !found {
		return
	}
	if e.Self != c.Self {
		t.Errorf("self is %v", e.Self)
	}
	if c.Residue != "" && !slices.ContainsFunc(e.Steps, func(s escalate.Step) bool { return strings.Contains(s.Answer.Residue, c.Residue) }) {
		t.Errorf("no residue holds %q\n%s", c.Residue, describe(e))
	}
}

// TestCaseFilesHaveRules finds cases whose rule is gone.
func TestCaseFilesHaveRules(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(os.DirFS(library), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if base, ok := strings.CutSuffix(name, ".test.yaml"); ok {
			if _, err := fs.Stat(os.DirFS(library), base+".yaml"); err != nil {
				t.Error(err)
			}
		}
		if ext := path.Ext(name); ext != ".yaml" && ext != ".go" {
			t.Errorf("%s is no rule", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// choices returns every least set of actions that a list of needs can be met with.
func choices(needs []escalate.Need) [][]string {
	sets := [][]string{nil}
	for _, n := range needs {
		options := [][]string{{n.Action}}
		if n.Trusted { // the principal makes the role trust it
			options = [][]string{nil}
		}
		if len(n.Any) > 0 {
			options = nil
			for _, all := range n.Any {
				options = append(options, choices(all)...)
			}
		}
		var next [][]string
		for _, s := range sets {
			for _, o := range options {
				next = append(next, slices.Concat(s, o))
			}
		}
		sets = next
	}
	return sets
}

// TestEveryNeedCounts gives each rule the least that it asks for, which must open it, and
// then takes each action away, which must close it: by not allowing it, by a deny, by a
// boundary and by a service control policy.
func TestEveryNeedCounts(t *testing.T) {
	t.Parallel()
	for _, r := range rules(t) {
		for _, set := range choices(r.Needs) {
			if r.Passes != nil {
				set = append(set, "iam:PassRole")
			}
			slices.Sort(set)
			set = slices.Compact(set)
			allow := make([]statement, len(set))
			for i, action := range set {
				allow[i].Action = action
			}
			if e, found := build(t, r, testCase{Allow: allow}).find(r, false); !found || e.Verdict != escalate.Yes {
				t.Errorf("%s: %v do not open it\n%s", r.ID, set, describe(e))
				continue
			}
			for i := range allow {
				without := slices.Delete(slices.Clone(allow), i, i+1)
				for name, c := range map[string]testCase{
					"allow": {Allow: without}, "deny": {Allow: allow, Deny: allow[i : i+1]},
					"boundary": {Allow: allow, Boundary: without}, "scp": {Allow: allow, SCP: allow[i : i+1]},
				} {
					if len(without) == 0 && name == "allow" {
						c.Allow = []statement{{Action: "s3:GetObject"}}
					}
					if len(without) == 0 && name == "boundary" {
						c.Boundary = []statement{{Action: "s3:GetObject"}}
					}
					if e, found := build(t, r, c).find(r, false); found {
						t.Errorf("%s: open without %s, taken away by %s\n%s", r.ID, allow[i].Action, name, describe(e))
					}
				}
			}
		}
	}
}
