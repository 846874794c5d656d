package picture

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// allowers are the identity policies that allow what was decided.
func allowers(d *decide.Decision) []string {
	var names []string
	for i := range d.Trace {
		s := &d.Trace[i]
		statement := s.Statement()
		if s.Layer != decide.Identity || statement == nil || !statement.Allows() || s.Match != decide.Matches && s.Match != decide.MatchesIf {
			continue
		}
		if !slices.Contains(names, s.Source.Name) {
			names = append(names, s.Source.Name)
		}
	}
	return names
}

// allowFix is the change that takes away what was allowed: narrowing the policy where one
// alone allows it, else those of the principal together.
func (a *artist) allowFix(p *access.Principal, d *decide.Decision) (estate.FixKey, bool) {
	switch names := allowers(d); len(names) {
	case 0:
		return "", false
	case 1:
		return a.policyFix(names[0], p.ARN), true
	default:
		return a.fix(narrowPolicy, p.ARN), true
	}
}
