package decide_test

import (
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// allowedWhen decides a request that is allowed by any of some terms, such as "a !b":
// the key a has a value, the key b has another.
func allowedWhen(terms ...string) decide.Decision {
	doc := &policydoc.Document{Version: "2012-10-17"}
	for _, t := range terms {
		s := policydoc.Statement{Effect: "Allow", Actions: []string{"*"}, Resources: []string{"*"}}
		for _, key := range strings.Fields(t) {
			operator := "StringEquals"
			if rest, negated := strings.CutPrefix(key, "!"); negated {
				key, operator = rest, "StringNotEquals"
			}
			s.Conditions = append(s.Conditions, policydoc.Condition{Operator: operator, Key: key, Values: []string{"v"}})
		}
		doc.Statements = append(doc.Statements, s)
	}
	p, _ := decide.ParsePrincipal("arn:aws:iam::111122223333:user/ann")
	request := decide.Request{Principal: p, Action: "a:B", Resource: decide.Resource{ARN: "*"}, Context: decide.NewContext(decide.OpenWorld)}
	return decide.Decide(request, decide.Layers{Identity: []decide.Source{{Doc: doc}}})
}

func TestResidueIsShort(t *testing.T) {
	t.Parallel()
	tests := []struct {
		terms []string
		want  string // "" for always
	}{
		{[]string{"a b", "a"}, "a is v"},
		{[]string{"a", "!a b"}, "a is v; or b is v"},
		{[]string{"a b", "a !b"}, "a is v"},
		{[]string{"a b", "b a"}, "a is v and b is v"},
		{[]string{"a !a"}, "never"},
		{[]string{"a !b", "!b !c", "!a b", "!a c", "b c", "a !c"}, ""},
	}
	for _, test := range tests {
		d := allowedWhen(test.terms...)
		switch {
		case test.want == "" && d.Outcome == decide.Allowed, test.want == "never" && d.Outcome == decide.DeniedImplicitly:
		case d.Residue.String() != test.want:
			t.Errorf("%q: %s %q, want %q", test.terms, d.Outcome, d.Residue, test.want)
		}
	}
}
