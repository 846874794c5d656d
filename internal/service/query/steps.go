package query

import (
	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
)

// onward is what it takes to get from reaching a resource to having it.
type onward struct {
	label  string
	unsure bool
}

// steps adds the steps of attackers. Reaching a resource and taking it are two steps of
// the picture and one of the graph: the second becomes what it takes to go on.
func (l *loader) steps(model *attack.Model) {
	taking := map[string]onward{}
	for s := range model.Steps() {
		from, to := attack.PlaceOf(s.From), attack.PlaceOf(s.To)
		if from.State == "" || from.Resource != to.Resource {
			continue
		}
		known, found := taking[s.From]
		if unsure := !s.P.Known(); !found || known.unsure && !unsure {
			taking[s.From] = onward{s.Label, unsure}
		}
	}
	for s := range model.Steps() {
		from, to := attack.PlaceOf(s.From), attack.PlaceOf(s.To)
		if from.State != "" && from.Resource == to.Resource {
			continue
		}
		step := query.Step{From: from.Resource, To: to.Resource, Kind: s.Kind, Label: s.Label, Unsure: !s.P.Known()}
		if from.Entry != "" {
			step.From = entryID(from.Entry)
		}
		if to.State != "" {
			next, leads := taking[s.To]
			if !leads { // nothing leads on, so no path may
				step.To += " (" + to.State + ")"
			}
			step.Then, step.ThenUnsure = next.label, next.unsure
		}
		l.builder.Step(step)
	}
	for entry, kind := range entries {
		l.builder.Add(&query.Resource{Ref: estate.Ref{ID: entryID(entry), Type: kind, Name: kind}})
	}
}

// entryID is the id of a place at which attackers begin; no provider has such.
func entryID(entry string) string { return "entry:" + entry }
