package query

import (
	"iter"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
)

// onward is what it takes to get from reaching a resource to having it.
type onward struct {
	label  string
	unsure bool
}

// steps adds the steps of attackers, each once. Reaching a resource and taking it are two
// steps of the picture and one of the graph: the second becomes what it takes to go on.
func (l *loader) steps(models ...*attack.Model) {
	taking := map[string]onward{}
	for s := range all(models) {
		if known, found := taking[s.From]; takes(&s) && (!found || known.unsure && s.P.Known()) {
			taking[s.From] = onward{s.Label, !s.P.Known()}
		}
	}
	added := map[query.Step]bool{}
	for s := range all(models) {
		if takes(&s) {
			continue
		}
		if step := stepOf(&s, taking); !added[step] {
			added[step] = true
			l.builder.Step(step)
		}
	}
	for entry, kind := range entries {
		l.builder.Add(&query.Resource{Ref: estate.Ref{ID: entryID(entry), Type: kind, Name: kind}})
	}
}

func all(models []*attack.Model) iter.Seq[attack.Step] {
	return func(yield func(attack.Step) bool) {
		for _, m := range models {
			for s := range m.Steps() {
				if !yield(s) {
					return
				}
			}
		}
	}
}

// takes reports whether a step leads from reaching a resource to having it.
func takes(s *attack.Step) bool {
	from, to := attack.PlaceOf(s.From), attack.PlaceOf(s.To)
	return from.State != "" && to.State == "" && from.Resource == to.Resource
}

func stepOf(s *attack.Step, taking map[string]onward) query.Step {
	from, to := attack.PlaceOf(s.From), attack.PlaceOf(s.To)
	step := query.Step{From: from.Resource, To: to.Resource, Kind: s.Kind, Label: s.Label, Unsure: !s.P.Known()}
	if from.Entry != "" {
		step.From = entryID(from.Entry)
	}
	if to.State != "" {
		next, leads := taking[s.To]
		if !leads { // nothing leads on from there, so no path may
			step.To += " (" + to.State + ")"
		}
		step.Then, step.ThenUnsure = next.label, next.unsure
	}
	return step
}

// entryID is the id of a place at which attackers begin; no provider has such.
func entryID(entry string) string { return "entry:" + entry }
