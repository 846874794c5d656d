package risk

import (
	"math"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Step is one step of an attacker.
type Step struct {
	// Kind is a kind of step of the table.
	Kind string
	// P is its probability; nil takes the table's.
	P *Interval
	// Label says it in words; empty takes the table's.
	Label string
}

// Path is what is scored: where an attacker begins, the steps, and what they lead to.
type Path struct {
	// Entry is where it begins, an entry of the table.
	Entry  string
	Steps  []Step
	Impact Impact
}

// Score rates a path. It fails when the entry or a kind of step is not in the table, or
// a probability is none.
func (t *Table) Score(p Path) (estate.Score, error) {
	factors, likelihood, err := t.likelihood(p)
	if err != nil {
		return estate.Score{}, err
	}
	impact := Exactly(1)
	for _, part := range t.parts(p.Impact) {
		impact = impact.Times(part.number.Interval)
		factors = append(factors, factor(part.name, part.number))
	}
	raw := likelihood.Times(impact).root()
	s := estate.Score{
		Value: full * raw.Expected, Low: full * raw.Low, High: full * raw.High, Raw: full * raw.Expected,
		Likelihood: likelihood.Expected, Impact: impact.Expected,
		Table: t.version, Waterfall: fall(factors),
	}
	t.lift(&s, p)
	s.Band = t.Band(s.Value)
	return s, nil
}

// full is the score of a certain way to all there is.
const full = 100

// likelihood returns the factors of the way, and their product.
func (t *Table) likelihood(p Path) ([]estate.Factor, Interval, error) {
	entry, ok := t.entries[p.Entry]
	if !ok {
		return nil, Interval{}, estate.Errorf(estate.CodeInvalid, "rate a path", "the table %s has no entry %q", t.version, p.Entry)
	}
	product := entry.Interval
	factors := []estate.Factor{factor("entry", entry)}
	for _, s := range p.Steps {
		n, err := t.number(s)
		if err != nil {
			return nil, Interval{}, err
		}
		product = product.Times(n.Interval)
		factors = append(factors, factor(s.Kind, n))
	}
	return factors, product, nil
}

// number returns the row of a step, with the step's own probability and label.
func (t *Table) number(s Step) (Number, error) {
	n, ok := t.steps[s.Kind]
	if !ok {
		return n, estate.Errorf(estate.CodeInvalid, "rate a path", "the table %s has no step %q", t.version, s.Kind)
	}
	if s.P != nil {
		n.Interval = *s.P
	}
	if !n.Valid() {
		return n, estate.Errorf(estate.CodeInvalid, "rate a path", "step %q: %v is no probability", s.Kind, n.Interval)
	}
	if s.Label != "" {
		n.Label = s.Label
	}
	return n, nil
}

func factor(name string, n Number) estate.Factor {
	return estate.Factor{
		Name: name, Label: n.Label, Value: n.Expected, Low: n.Low, High: n.High, Multiplier: math.Sqrt(n.Expected),
	}
}

// fall fills in what each factor leaves of the score, and its share in the loss. The
// logarithm of the score is a sum, so the shares are exact.
func fall(factors []estate.Factor) []estate.Factor {
	after, loss := float64(full), 0.0
	for i := range factors {
		after *= factors[i].Multiplier
		factors[i].After = after
		loss -= math.Log(factors[i].Multiplier)
	}
	if loss <= 0 || math.IsInf(loss, 0) {
		return factors
	}
	for i := range factors {
		factors[i].Share = max(0, -math.Log(factors[i].Multiplier)/loss)
	}
	return factors
}

// lift applies the floors.
func (t *Table) lift(s *estate.Score, p Path) {
	for _, f := range t.floors {
		least := t.Least(f.Band)
		if s.Raw == 0 || !t.holds(f, p) {
			continue
		}
		if s.Value < least {
			s.Value, s.Adjusted = least, f.Name+": "+f.Because
		}
		s.Low, s.High = max(s.Low, least), max(s.High, least)
	}
}

// holds reports whether a floor is about a path.
func (t *Table) holds(f Floor, p Path) bool {
	return len(p.Steps) > 0 && slices.Contains(f.Steps, p.Steps[len(p.Steps)-1].Kind) &&
		(len(f.Entries) == 0 || slices.Contains(f.Entries, p.Entry)) && t.Lifts(f, p.Impact)
}

// Lifts reports whether a floor is about what has the impact, when the path is one of
// those it speaks of.
func (t *Table) Lifts(f Floor, i Impact) bool {
	return (len(f.Data) == 0 || !i.DataGuessed && slices.Contains(f.Data, plain(i.Data))) &&
		(!f.Privileged || row(t.privilege, i.Privilege).Expected > 0)
}

// Capped returns the band of something that a cap of the table names: its own, or the
// cap's when that is lower. A name without a cap changes nothing.
func (t *Table) Capped(name string, own estate.Severity) estate.Severity {
	c, ok := t.caps[name]
	if !ok || own.Rank() >= c.Band.Rank() {
		return own
	}
	return c.Band
}
