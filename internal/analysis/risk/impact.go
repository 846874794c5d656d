package risk

import "math"

// Impact is what it would mean if an attacker got there. An empty word is unknown, and
// so is one that the table does not have; "none" has to be said.
type Impact struct {
	// Data is the class of the data: restricted, confidential, internal, public or none.
	Data string
	// DataGuessed is true when the class was inferred and nobody confirmed it.
	DataGuessed bool
	// Privilege is what the attacker may do then: organization-admin, account-admin,
	// service-admin, write, compute or none.
	Privilege string
	// Reach is how many resources can be reached from there, Estate how many there are.
	// Both are counts; an Estate of 0 leaves the blast radius out.
	Reach, Estate int
	// Environment is production, staging, development or sandbox.
	Environment string
	// Criticality is critical, high, medium or low.
	Criticality string
}

// blast returns log(1+n)/log(1+N), from 0 to 1.
func (i Impact) blast() float64 {
	if i.Estate <= 0 || i.Reach <= 0 {
		return 0
	}
	return min(1, math.Log1p(float64(i.Reach))/math.Log1p(float64(i.Estate)))
}

// part is a factor of impact, before it is placed in a waterfall.
type part struct {
	name   string
	number Number
}

// parts returns the factors of impact: what is there, and how much it matters.
func (t *Table) parts(i Impact) []part {
	data, privilege := row(t.data, i.Data), row(t.privilege, i.Privilege)
	blast := Exactly(t.blastWeight * i.blast())
	gained := Number{Interval: data.either(privilege.Interval).either(blast), Label: data.Label + ", " + privilege.Label}
	gained.Question = wider(data, privilege).Question
	return []part{
		{"reached", gained},
		{"environment", row(t.environment, i.Environment)},
		{"criticality", row(t.criticality, i.Criticality)},
	}
}

// wider returns the less known of two numbers.
func wider(a, b Number) Number {
	if b.High-b.Low > a.High-a.Low {
		return b
	}
	return a
}

// Impact returns the impact as a number from 0 to 1.
func (t *Table) Impact(i Impact) Interval {
	product := Exactly(1)
	for _, p := range t.parts(i) {
		product = product.Times(p.number.Interval)
	}
	return product
}
