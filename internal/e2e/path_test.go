package e2e_test

import (
	"strings"
	"testing"
)

// planted is a way of an attacker that the company's file tells of.
type planted struct {
	Name        string
	Account, To string
	Through     []string
	Expect      string
}

// issue is what the report tells of one, as far as the test asks.
type issue struct {
	Title string
	Path  []struct{ From, To, Label string }
}

// ways holds the issues to the ways that were planted: the open ones come out, and near
// the top; those that one thing cuts do not.
func ways(t *testing.T, planted []planted, r report) {
	if len(planted) < 6 {
		t.Errorf("only %d planted ways", len(planted))
	}
	const most = 25
	if n := len(r.Issues); n == 0 || n > most {
		t.Errorf("%d issues, not 1 to %d", n, most)
	}
	for _, p := range planted {
		at := -1
		for i, issue := range r.Issues {
			if at < 0 && p.taken(issue) {
				at = i
			}
		}
		const top = 5
		switch {
		case p.Expect == "found" && at < 0:
			t.Errorf("%s: no issue is the way to %s", p.Name, p.To)
		case p.Expect == "found" && at >= top:
			t.Errorf("%s: it comes out as number %d", p.Name, at+1)
		case p.Expect == "cut" && at >= 0:
			t.Errorf("%s: it comes out: %s", p.Name, r.Issues[at].Title)
		}
	}
}

// taken reports whether an issue is the way: it ends at the target, and its labels name
// everything that it must lead through.
func (p planted) taken(i issue) bool {
	if len(i.Path) == 0 || !strings.HasSuffix(i.Path[len(i.Path)-1].To, p.To) {
		return false
	}
	var labels strings.Builder
	for _, s := range i.Path {
		labels.WriteString(s.Label + "\n")
	}
	for _, name := range p.Through {
		if !strings.Contains(labels.String(), `"`+name+`"`) {
			return false
		}
	}
	return true
}
