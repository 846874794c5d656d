package escalate_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// TestPublishedPathsAreCovered holds the rules against the ids of pathfinding.cloud.
func TestPublishedPathsAreCovered(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/pathfinding.txt")
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, r := range rules(t) {
		for _, ref := range r.References {
			if id, ok := strings.CutPrefix(ref, "pathfinding:"); ok {
				covered[id] = true
			}
		}
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line, _, _ = strings.Cut(line, "#")
		for _, id := range strings.Fields(line) {
			listed[id] = true
			if !covered[id] {
				t.Errorf("no rule covers %s", id)
			}
		}
	}
	const published = 65
	if len(listed) < published {
		t.Errorf("%d ids are listed, fewer than %d", len(listed), published)
	}
	for id := range covered {
		if !listed[id] {
			t.Errorf("%s is no listed id", id)
		}
	}
}

// exempt is an entry of testdata/not-an-escalation.yaml.
type exempt struct {
	Actions []string `yaml:"actions"`
	Because string   `yaml:"because"`
}

// TestEveryActionThatPassesARoleIsJudged asks of each action that AWS says to pass a role
// that a rule names it or the list says why it is none.
func TestEveryActionThatPassesARoleIsJudged(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/not-an-escalation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []exempt
	if err := yaml.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, r := range rules(t) {
		named = append(named, r.Actions()...)
	}
	table := reference.Load()
	used := map[string]bool{}
	for _, id := range table.Dependent("iam:PassRole") {
		name := table.Name(id)
		isNamed := slices.Contains(named, name)
		isExempt := false
		for _, e := range list {
			for _, pattern := range e.Actions {
				if e.Because != "" && policydoc.MatchAction(pattern, name) {
					isExempt, used[pattern] = true, true
				}
			}
		}
		if isNamed == isExempt {
			t.Errorf("%s: in a rule %v, on the list %v", name, isNamed, isExempt)
		}
	}
	for _, e := range list {
		for _, pattern := range e.Actions {
			if !used[pattern] {
				t.Errorf("the list names %s, which passes no role", pattern)
			}
		}
	}
}

// TestActionsExist asks AWS's own list for every action of a rule.
func TestActionsExist(t *testing.T) {
	t.Parallel()
	table := reference.Load()
	for _, r := range rules(t) {
		for _, action := range r.Actions() {
			if a, known := table.Lookup(action); !known || a.Name != action {
				t.Errorf("%s: AWS has no action %s", r.ID, action)
			}
		}
	}
}
