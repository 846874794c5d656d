package decide_test

import (
	"fmt"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// disagreements holds a verdict against its own explanation.
func disagreements(d *decide.Decision) []string {
	var list []string
	problem := func(bad bool, text string) {
		if bad {
			list = append(list, fmt.Sprintf("%s, but %s", d.Outcome, text))
		}
	}
	certainDeny, possibleDeny := false, false
	var by *decide.Step
	for i := range d.Trace {
		s := &d.Trace[i]
		statement := s.Statement()
		if statement != nil && statement.Denies() {
			certainDeny = certainDeny || s.Match == decide.Matches
			possibleDeny = possibleDeny || s.Match != decide.NoMatch
		}
		if s.Layer == d.By.Layer && int(s.Level) == d.By.Level && int(s.Index) == d.By.Index && s.Source != nil && s.Source.Name == d.By.Source {
			by = s
		}
	}
	ruled := d.By.Layer == decide.NoLayer
	problem(certainDeny && d.Outcome != decide.DeniedExplicitly, "a deny applies")
	problem(d.Outcome == decide.DeniedExplicitly && !possibleDeny, "no deny applies")
	problem(d.Outcome == decide.DeniedExplicitly && (by == nil || !by.Statement().Denies()), "it is by no deny")
	problem(d.Outcome == decide.Allowed && !ruled && by == nil && d.By.Index >= 0, "by no step of the trace")
	problem(d.Outcome == decide.Allowed && by != nil && by.Statement() != nil && (!by.Statement().Allows() || by.Match == decide.NoMatch), "by a statement that does not allow")
	problem((d.Outcome == decide.Conditional) == d.Residue.Empty() && d.Outcome != decide.Unknown, "residue "+d.Residue.String())
	problem((d.Outcome == decide.Unknown) != (len(d.Unknown) > 0), fmt.Sprint("unknown ", d.Unknown))
	return list
}
