package identity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Gap is a principal that an allow statement trusts without the condition that
// should narrow the trust.
type Gap struct {
	// Statement is the position of the statement.
	Statement int
	// Principal is the one trusted, as held in the document.
	Principal string
	// Verdict is Yes for a gap, Maybe where it hangs on something not known.
	Verdict estate.Tri
	// Why says what is missing. It quotes the document: escape it.
	Why string
}

// sortGaps orders gaps by statement, then principal.
func sortGaps(list []Gap) []Gap {
	slices.SortStableFunc(list, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.Principal, b.Principal))
	})
	return slices.Compact(list)
}

// guarded tells whether some condition of a statement on one of the keys shuts
// strangers out. The keys, in lower case, come with the traits they are to be
// judged by.
func (d *dossier) guarded(s *policydoc.Statement, keys map[string]trait) estate.Tri {
	open := estate.Yes
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if t, asked := keys[strings.ToLower(c.Key)]; asked {
			open = open.And(d.meetAs(c, t).can)
		}
	}
	return open.Not()
}

// traitsOf picks keys of the table of traits.
func traitsOf(keys ...string) map[string]trait {
	picked := make(map[string]trait, len(keys))
	for _, key := range keys {
		picked[key] = traits[key]
	}
	return picked
}

// grantsAction reports whether a statement is about an action, given in lower case.
func grantsAction(s *policydoc.Statement, action string) bool {
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, func(pattern string) bool { return policydoc.MatchAction(pattern, action) })
	}
	return slices.ContainsFunc(s.Actions, func(pattern string) bool { return policydoc.MatchAction(pattern, action) })
}
