package route

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Ranking knows the place of every fix.
type Ranking struct {
	rank  map[estate.FixKey]int
	fixes []estate.FixPlan
}

// NewRanking returns the ranking of the fixes, which it keeps.
func NewRanking(fixes []estate.FixPlan) *Ranking {
	r := &Ranking{rank: make(map[estate.FixKey]int, len(fixes)), fixes: fixes}
	for i := range fixes {
		r.rank[fixes[i].Key] = i + 1
	}
	return r
}

// Rank is the place of a fix, from 1; 0 when it is not among them.
func (r *Ranking) Rank(key estate.FixKey) int { return r.rank[key] }

// Cuts returns the changes in the order of their rank, those without one last.
func (r *Ranking) Cuts(keys []estate.FixKey) []Cut {
	cuts := make([]Cut, 0, len(keys))
	for _, key := range keys {
		c := Cut{Rank: r.rank[key], Title: key.Action()}
		if c.Rank > 0 {
			c.Title = cmp.Or(r.fixes[c.Rank-1].Title, c.Title)
		}
		cuts = append(cuts, c)
	}
	slices.SortStableFunc(cuts, func(a, b Cut) int {
		if (a.Rank == 0) != (b.Rank == 0) {
			return cmp.Compare(b.Rank, a.Rank)
		}
		return cmp.Compare(a.Rank, b.Rank)
	})
	return cuts
}

// Place says where a fix is made: at which thing, or in which account or organisation.
// It is empty where the title says it.
func Place(f *estate.FixPlan) string {
	t := ThingOf(f.ControlPoint.ID)
	if t.Name == "" || strings.Contains(f.Title, lastPart(f.ControlPoint.ID)) {
		return ""
	}
	switch f.ControlPoint.Level {
	case estate.LevelOrganization:
		return "organisation " + t.Name
	case estate.LevelAccount:
		return "account " + t.Name
	case estate.LevelTemplate:
		return "template " + t.Name
	default:
		return t.String()
	}
}

// Enough returns how many of the first fixes remove nine tenths of the risk, or the first
// ten where it takes more, and the part of the risk that they remove, from 0 to 1.
func Enough(fixes []estate.FixPlan) (n int, share float64) {
	const goal, most = 0.9, 10
	for i := range fixes[:min(most, len(fixes))] {
		if fixes[i].RiskRemoved <= 0 {
			break
		}
		n, share = i+1, fixes[i].Cumulative
		if share >= goal {
			break
		}
	}
	return n, share
}
