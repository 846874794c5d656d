package route

import (
	"strconv"

	"github.com/stance-sec/stance/internal/estate"
)

// Reduction is a factor that takes from a score.
type Reduction struct {
	estate.Factor
	// Before is the score before it.
	Before float64
	// Step is the place of the step it stands for, from 1; 0 for a part of the impact.
	Step int
	// Says is the factor in few words: the step by its number, the impact by its label.
	Says string
}

// Waterfall are the factors that take from the score of an issue, in order.
func Waterfall(i *estate.Issue) []Reduction {
	var list []Reduction
	before, step := 100.0, 0
	for _, f := range i.Score.Waterfall {
		r := Reduction{Factor: f, Before: before, Says: f.Label}
		if step < len(i.Path) && f.Name == i.Path[step].Kind {
			step++
			r.Step, r.Says = step, "step "+strconv.Itoa(step)
		}
		if f.After < before {
			list = append(list, r)
		}
		before = f.After
	}
	return list
}

// After is what the score of an issue becomes when one fix alone is made.
type After struct {
	estate.AfterFix
	// Rank is the place of the fix, from 1.
	Rank int
}

// Closes reports whether nothing is left that shows in whole points.
func (a After) Closes() bool { return a.Value < pointShown }

// pointShown is what has to be there, or to change, to show in whole points.
const pointShown = 0.5

// After lists the ranked fixes that lower the score of the issue on their own.
func (r *Ranking) After(i *estate.Issue) []After {
	var list []After
	for _, a := range i.AfterFix {
		if rank := r.rank[a.Fix]; rank > 0 && a.Value < i.Score.Value-pointShown {
			list = append(list, After{a, rank})
		}
	}
	return list
}
