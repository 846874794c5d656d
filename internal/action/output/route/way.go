package route

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Way is one way of an attacker, ready to be drawn.
type Way struct {
	// Entry is where the attacker begins.
	Entry Thing
	Hops  []Hop
}

// Hop is one step of a way.
type Hop struct {
	// To is what the step leads to.
	To Thing
	// Label says what lets the attacker take it.
	Label string
	// Probability is the expected one; Low and High bound it.
	Probability, Low, High float64
	// Cuts are the changes that would stop it, the ranked ones first in their order.
	Cuts []Cut
	// Evidence is what proves it.
	Evidence []estate.StepEvidence
}

// Cut is a change that stops a step.
type Cut struct {
	// Rank is the place of the change among the fixes, from 1; 0 when it is none of them.
	Rank int
	// Title names the change.
	Title string
}

// someone stands for the entry of a way that names none.
const someone = "an attacker"

// Worst is the worst way of the issue.
func (r *Ranking) Worst(i *estate.Issue) Way { return r.way(i.Path, namesIn(i)) }

// Alternative is the n-th other way of the issue.
func (r *Ranking) Alternative(i *estate.Issue, n int) Way {
	return r.way(i.Alternatives[n], namesIn(i))
}

func (r *Ranking) way(steps []estate.PathStep, names map[string]string) Way {
	w := Way{Entry: Thing{Kind: Outside, Name: someone}}
	if len(steps) > 0 {
		w.Entry.Name = cmp.Or(short(steps[0].FromName), someone)
		if steps[0].From != "" {
			w.Entry = thingOf(steps[0].From, names)
		}
	}
	for i := range steps {
		s := &steps[i]
		to := thingOf(s.To, names)
		to.Reached = i+1 < len(steps) && steps[i+1].To == s.To
		w.Hops = append(w.Hops, Hop{
			To: to, Label: s.Label, Probability: s.Probability, Low: s.Low, High: s.High, Cuts: r.Cuts(s.Fixes), Evidence: s.Evidence,
		})
	}
	return w
}

// namesIn are the names of what an issue's steps lead from and to, by id.
func namesIn(i *estate.Issue) map[string]string {
	names := map[string]string{}
	for _, steps := range append([][]estate.PathStep{i.Path}, i.Alternatives...) {
		for n := range steps {
			names[steps[n].From], names[steps[n].To] = inQuotes(steps[n].FromName), inQuotes(steps[n].ToName)
		}
	}
	return names
}

func thingOf(id string, names map[string]string) Thing {
	t := ThingOf(id)
	if name := names[id]; name != "" {
		t.Name = short(name)
	}
	return t
}

// inQuotes is the quoted part that a name ends with: the word before it is told by the
// id. It is empty when the name ends with something else, as one made of the id does.
func inQuotes(name string) string {
	start := strings.IndexByte(name, '"')
	if start < 0 {
		return ""
	}
	plain, err := strconv.Unquote(name[start:])
	if err != nil {
		return ""
	}
	return plain
}

// Target is what the way leads to in the end.
func (w Way) Target() Thing {
	if len(w.Hops) == 0 {
		return w.Entry
	}
	return w.Hops[len(w.Hops)-1].To
}

// Things are the entry and what the way leads through, each once in a row.
func (w Way) Things() []Thing {
	list := []Thing{w.Entry}
	for _, h := range w.Hops {
		last := &list[len(list)-1]
		if last.Name == h.To.Name && last.Word == h.To.Word {
			*last = h.To
			continue
		}
		list = append(list, h.To)
	}
	return list
}

// Title is the way in names only, with arrow between them.
func (w Way) Title(arrow string) string {
	var parts []string
	for _, t := range w.Things() {
		parts = append(parts, t.String())
	}
	return strings.Join(parts, arrow)
}

// Gates are the things before the target that every way to it passes.
func Gates(i *estate.Issue) []Thing {
	names := namesIn(i)
	var list []Thing
	for n, id := range i.EveryWay {
		if n < len(i.EveryWay)-1 {
			list = append(list, thingOf(id, names))
		}
	}
	return list
}

// Beyond are the names of further targets of an issue, as far as it lists them: what
// lies on no step of the worst way.
func Beyond(i *estate.Issue) []Thing {
	on := map[string]bool{}
	for s := range i.Path {
		on[i.Path[s].From], on[i.Path[s].To] = true, true
		for _, e := range i.Path[s].Evidence {
			on[e.Resource] = true
		}
	}
	var list []Thing
	for _, id := range i.Resources {
		if !on[id] && len(list) < i.Targets-1 {
			on[id] = true
			list = append(list, ThingOf(id))
		}
	}
	return list
}
