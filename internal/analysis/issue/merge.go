package issue

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// absorbParts takes away the issues whose way is the beginning of another's way: who
// walks the longer one has walked it. The longer one is at least as bad.
func (c *Collector) absorbParts() {
	slices.SortFunc(c.issues, func(a, b *draft) int { return cmp.Compare(a.route, b.route) })
	var kept []*draft
	for i, d := range c.issues {
		var longer *draft
		for _, other := range c.issues[i+1:] {
			if !strings.HasPrefix(other.route, d.route) {
				break
			}
			if longer == nil || other.issue.Score.Value > longer.issue.Score.Value {
				longer = other
			}
		}
		if longer == nil || len(longer.route) == len(d.route) {
			kept = append(kept, d)
			continue
		}
		worst(&longer.issue.Score, d.issue.Score)
		c.absorb(longer, d)
	}
	c.issues = kept
}

// worst lifts a score to that of a part of the same way.
func worst(s *estate.Score, part estate.Score) {
	if part.Value <= s.Value {
		return
	}
	s.Value, s.Band, s.Low, s.High = part.Value, part.Band, max(s.Low, part.Low), max(s.High, part.High)
	s.Adjusted = cmp.Or(part.Adjusted, "the first part of the way is as bad on its own")
}

// absorb makes one issue of two.
func (c *Collector) absorb(into, d *draft) {
	d.into = into
	maps.Copy(into.fixes, d.fixes)
	maps.Copy(into.places, d.places)
	for _, id := range d.issue.Resources {
		if !slices.Contains(into.issue.Resources, id) {
			into.issue.Resources = c.keep(into.issue.Resources, id)
		}
	}
}

// mergeAlike tells alike issues together while there are too many, the least bad ones
// first: ways of the same kinds of step to the same class, then ways to the same class,
// then all. Each issue keeps its worst way.
func (c *Collector) mergeAlike() {
	alike := []func(d *draft) string{
		func(d *draft) string { return d.shape },
		func(d *draft) string { return d.issue.Class },
		func(*draft) string { return "" },
	}
	slices.SortStableFunc(c.issues, func(a, b *draft) int {
		return cmp.Or(cmp.Compare(b.issue.Score.Value, a.issue.Score.Value), cmp.Compare(a.issue.Key, b.issue.Key))
	})
	for _, of := range alike {
		c.merge(of)
	}
}

// merge joins issues that are alike to the worst of their kind, from the least bad on,
// until there are few enough.
func (c *Collector) merge(of func(*draft) string) {
	first := map[string]*draft{}
	for _, d := range c.issues {
		if first[of(d)] == nil {
			first[of(d)] = d
		}
	}
	for i := len(c.issues) - 1; i >= 0 && len(c.issues) > c.options.MaxIssues; i-- {
		d := c.issues[i]
		if into := first[of(d)]; into != d {
			c.absorb(into, d)
			into.issue.Targets += d.issue.Targets
			c.issues = slices.Delete(c.issues, i, i+1)
		}
	}
}
