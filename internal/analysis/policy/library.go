package policy

import (
	"path"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/spelling"
)

// Library is a set of compiled checks. It never changes and may be shared by
// goroutines.
type Library struct {
	engine *engine
	checks []*check          // sorted by id
	byName map[string]*check // ids and aliases, deprecated ones included
	facets []string          // that some check judges, sorted
}

func newLibrary(e *engine, all []*check) *Library {
	l := &Library{engine: e, byName: map[string]*check{}}
	slices.SortFunc(all, func(a, b *check) int { return strings.Compare(a.ID, b.ID) })
	for _, c := range all {
		l.byName[c.ID] = c
		for _, a := range c.Aliases {
			l.byName[a] = c
		}
		if c.deprecated != "" {
			continue // its id stays taken, and it judges nothing
		}
		l.checks = append(l.checks, c)
		if c.Facet != "" && !slices.Contains(l.facets, c.Facet) {
			l.facets = append(l.facets, c.Facet)
		}
	}
	slices.Sort(l.facets)
	return l
}

// Checks returns what people read of every check, sorted by id. Deprecated checks
// are not among them.
func (l *Library) Checks() []estate.Check { return describeAll(l.checks) }

func describeAll(checks []*check) []estate.Check {
	out := make([]estate.Check, len(checks))
	for i, c := range checks {
		out[i] = c.Check
	}
	return out
}

// Check returns a check by its id or by one of its aliases.
func (l *Library) Check(id string) (estate.Check, bool) {
	c, ok := l.byName[id]
	if !ok {
		return estate.Check{}, false
	}
	return c.Check, true
}

// ForType returns the checks that judge a resource type as such, sorted by id.
// Checks of facets are not among them: which facets a type offers is for the
// resource to say.
func (l *Library) ForType(resourceType string) []estate.Check {
	return describeAll(l.choose(choice{resourceType: resourceType}))
}

// choose returns the checks for a kind of resource, sorted by id.
func (l *Library) choose(want choice) []*check {
	var out []*check
	for _, c := range l.checks {
		switch {
		case c.Facet != "":
			if want.facets&(1<<slices.Index(l.facets, c.Facet)) != 0 {
				out = append(out, c)
			}
		case c.Type == want.resourceType:
			out = append(out, c)
		}
	}
	return out
}

// CollectionsFor returns the resource types that checks of a type collect, sorted:
// Evaluate needs these collections for resources of the type.
func (l *Library) CollectionsFor(resourceType string) []string {
	return collections(l.checks, func(c *check) bool { return c.Facet != "" || c.Type == resourceType })
}

// Collections returns the resource types that any check collects, sorted.
func (l *Library) Collections() []string {
	return collections(l.checks, func(*check) bool { return true })
}

func collections(checks []*check, fits func(*check) bool) []string {
	found := map[string]bool{}
	for _, c := range checks {
		for i := range c.collect {
			if fits(c) {
				found[c.collect[i].resourceType] = true
			}
		}
	}
	return sortedKeys(found)
}

// Select returns the library of those checks whose id or alias matches any of the
// patterns, in which * stands for any text and ? for one character. A pattern that
// matches nothing, or is broken, is estate.CodeInvalid. No pattern selects all.
func (l *Library) Select(patterns []string) (*Library, error) {
	if len(patterns) == 0 {
		return l, nil
	}
	chosen := map[*check]bool{}
	for _, p := range patterns {
		hit := false
		for _, name := range sortedKeys(l.byName) {
			match, err := path.Match(p, name)
			if err != nil {
				return nil, estate.Errorf(estate.CodeInvalid, "select checks", "pattern %q: %w", p, err)
			}
			if match {
				chosen[l.byName[name]], hit = true, true
			}
		}
		if !hit {
			return nil, estate.Errorf(estate.CodeInvalid, "select checks", "no check matches %q%s", p, spelling.Suggestion(p, sortedKeys(l.byName))).
				WithHint("stance check list shows all ids")
		}
	}
	var checks []*check
	for _, c := range l.checks {
		if chosen[c] {
			checks = append(checks, c)
		}
	}
	return newLibrary(l.engine, checks), nil
}
