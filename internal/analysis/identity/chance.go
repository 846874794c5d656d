package identity

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// chance bounds the outcome of a condition over all strangers' requests.
type chance struct {
	// can tells whether some stranger meets the condition.
	can estate.Tri
	// must tells whether every stranger meets it.
	must estate.Tri
}

var (
	always  = chance{estate.Yes, estate.Yes}
	never   = chance{estate.No, estate.No}
	perhaps = chance{estate.Maybe, estate.Maybe}
)

func settled(outcome bool) chance {
	return chance{estate.TriOf(outcome), estate.TriOf(outcome)}
}

// beside joins the outcomes for two groups of strangers.
func (c chance) beside(other chance) chance {
	return chance{c.can.Or(other.can), c.must.And(other.must)}
}

// or joins the outcomes of two comparisons of which one has to hold.
func (c chance) or(other chance) chance {
	return chance{c.can.Or(other.can), c.must.Or(other.must)}
}

func (c chance) not() chance { return chance{c.must.Not(), c.can.Not()} }

// meet judges one condition for strangers.
func (d *dossier) meet(c *policydoc.Condition) chance {
	return d.meetAs(c, traitOf(c.Key))
}

// meetAs is meet with the key taken to be of a kind.
func (d *dossier) meetAs(c *policydoc.Condition, t trait) chance {
	op, known := policydoc.ParseOperator(c.Operator)
	if !known || t.kind == keyUnknown {
		return perhaps
	}
	if op.Base == "Null" {
		return meetNull(c, t)
	}
	absent := settled(outcomeAbsent(op))
	if t.kind == keyService {
		return absent
	}
	present := never
	for _, value := range c.Values {
		present = present.or(d.compare(op, t, c.Key, value))
	}
	if t.kind == keyAddress && op.Base == "IpAddress" {
		present = chance{network.IsInternet(c.Values), network.SparesInternet(c.Values).Not()}
	}
	if op.Negated {
		present = present.not()
	}
	if t.always {
		return present
	}
	return absent.beside(present)
}

// outcomeAbsent is what a comparison yields when the request lacks the key
// ("IAM JSON policy elements: Condition operators" and "Set operators for
// multivalued context keys").
func outcomeAbsent(op policydoc.Operator) bool {
	switch {
	case op.IfExists, op.Set == "ForAllValues":
		return true
	case op.Set == "ForAnyValue":
		return false
	default:
		return op.Negated
	}
}

// meetNull judges a test for presence.
func meetNull(c *policydoc.Condition, t trait) chance {
	if len(c.Values) != 1 {
		return perhaps
	}
	wantAbsent := strings.EqualFold(c.Values[0], "true")
	switch {
	case !wantAbsent && !strings.EqualFold(c.Values[0], "false"):
		return perhaps
	case t.kind == keyService:
		return settled(wantAbsent)
	case t.always:
		return settled(!wantAbsent)
	default:
		return chance{estate.Yes, estate.No}
	}
}

// compare judges the values strangers show against one value of a condition, for
// the positive form of the operator.
func (d *dossier) compare(op policydoc.Operator, t trait, key, value string) chance {
	pattern := op.Base == "StringLike" || op.Base == "ArnLike" || op.Base == "ArnEquals"
	text := pattern || op.Base == "StringEquals" || op.Base == "StringEqualsIgnoreCase"
	if pattern && strings.Trim(value, "*") == "" && value != "" {
		return always
	}
	switch t.kind {
	case keyFree:
		return chance{estate.Yes, estate.No}
	case keyFlag:
		if !text && op.Base != "Bool" {
			return perhaps
		}
		return settled(strings.EqualFold(value, "false"))
	case keyTime:
		return d.compareTime(op.Base, value)
	case keyIdentity:
		if !text {
			return perhaps
		}
		return d.compareIdentity(pattern, t, key, value)
	default:
		return perhaps
	}
}

func (d *dossier) compareIdentity(pattern bool, t trait, key, value string) chance {
	if d.doc.Variables() {
		if strings.EqualFold(value, "${"+key+"}") {
			return always
		}
		if value = substitute(value); strings.Contains(value, "${") {
			return perhaps
		}
	}
	if !pattern {
		return never
	}
	return chance{t.fixed(value).Not(), estate.No}
}

// owned are the policy variables that stand for the owner of the resource, each
// with a literal of the same form.
var owned = []struct{ variable, literal string }{
	{"${aws:resourceaccount}", "000000000000"},
	{"${aws:resourceorgid}", "o-0000000000"},
	{"${aws:resourceorgpaths}", "o-0000000000/r-0000"},
}

// substitute replaces the variables that stand for the resource's owner, without
// regard to case.
func substitute(value string) string {
	for _, o := range owned {
		for at := 0; at+len(o.variable) <= len(value); at++ {
			if end := at + len(o.variable); strings.EqualFold(value[at:end], o.variable) {
				value = value[:at] + o.literal + value[end:]
			}
		}
	}
	return value
}
