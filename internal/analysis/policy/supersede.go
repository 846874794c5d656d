package policy

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate/spelling"
)

// supersede resolves for whose failures those of each check stand. The id of a file with
// rows means all its rows. An id that no source has is refused, or, where the sources are
// partial, left out.
func (c *compiler) supersede(sources []Source, partial bool) {
	ids := map[string][]string{}
	for i := range sources {
		ids[sources[i].ID] = sources[i].CheckIDs()
		for _, id := range sources[i].CheckIDs() {
			ids[id] = []string{id}
		}
	}
	resolved := map[string][]string{} // by id of a check
	for i := range sources {
		s := &sources[i]
		var narrower []string
		for _, l := range s.file.supersedes {
			meant, known := ids[l.value]
			switch {
			case slices.ContainsFunc(meant, func(id string) bool { return slices.Contains(s.CheckIDs(), id) }):
				c.found.Add(l.position(), "a check does not supersede itself")
			case !known && !partial:
				c.found.Add(l.position(), "check %q, which it supersedes, is not known%s", l.value, spelling.Suggestion(l.value, sortedKeys(ids)))
			default:
				narrower = append(narrower, meant...)
			}
		}
		slices.Sort(narrower)
		narrower = slices.Compact(narrower)
		for _, id := range s.CheckIDs() {
			resolved[id] = narrower
		}
	}
	for _, chk := range c.checks {
		chk.Supersedes = resolved[chk.ID]
	}
}
