package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// judge holds a condition against what is known of its key.
func (e *evaluation) judge(c *condition, found decide.Fact) verdict {
	if found.State == decide.KeyUnread {
		return hidden
	}
	if c.op.Base == "Null" {
		return judgeNull(c, found.State)
	}
	if c.malformed && (found.State == decide.KeyAbsent || found.State == decide.KeyOpen) {
		return malformed
	}
	switch found.State {
	case decide.KeyAbsent:
		return c.ifAbsent
	case decide.KeyOpen:
		return hangs
	case decide.KeyShaped:
		return judgeShaped(c, found.Like)
	}
	if c.op.Set == "" {
		if c.multi || len(found.Values) > 1 {
			return fails
		}
		return e.judgeOne(c, found.Values[0])
	}
	return e.judgeSet(c, found.Values)
}

func judgeNull(c *condition, state decide.KeyState) verdict {
	switch nullOf(c.values) {
	case nullMalformed:
		return malformed
	case nullBoth:
		return holds
	case nullNothing:
		return fails
	}
	if state == decide.KeyOpen {
		return hangs
	}
	return verdictOf(strings.EqualFold(c.values[0], "true") == (state == decide.KeyAbsent))
}

// judgeShaped judges a key of whose one value a pattern is known.
func judgeShaped(c *condition, like string) verdict {
	if c.text != sameText && c.text != likeText && c.text != likeARN {
		return hangs
	}
	result := fails
	for _, want := range c.values {
		switch {
		case c.filled && policydoc.HasVariable(want):
			result = hangs
		case c.text == likeText && policydoc.Covers(want, like):
			return verdictOf(!c.op.Negated)
		case c.text != sameText && policydoc.Overlap(want, like), c.text == sameText && policydoc.Match(like, want):
			result = hangs
		}
	}
	if result == fails {
		return verdictOf(c.op.Negated)
	}
	return hangs
}

// judgeSet judges the values of a request for ForAllValues and ForAnyValue.
func (e *evaluation) judgeSet(c *condition, have []string) verdict {
	all := c.op.Set == "ForAllValues"
	settling := verdictOf(!all)
	result := verdictOf(all)
	if decide.NullSet(have) {
		return result
	}
	for _, value := range have {
		switch v := e.judgeOne(c, value); {
		case v == settling || v == unresolved && all:
			return settling
		case v == malformed || v == hidden || v == hangs && result <= hangs:
			result = v
		}
	}
	return result
}

// judgeOne holds one value of a request against those of a condition.
func (e *evaluation) judgeOne(c *condition, have string) verdict {
	worst := fails
	for _, want := range c.values {
		switch v := e.compare(c, have, want); v {
		case holds:
			return verdictOf(!c.op.Negated)
		case fails:
		case unresolved:
			if c.op.Negated {
				worst = max(worst, v)
			}
		default:
			worst = max(worst, v)
		}
	}
	if worst == fails {
		return verdictOf(c.op.Negated)
	}
	return worst
}

// compare holds one value against another, for the positive form of the operator.
func (e *evaluation) compare(c *condition, have, want string) verdict {
	if c.text == noText {
		switch decide.CompareValue(c.op.Base, have, want) {
		case decide.ValueEquals:
			return holds
		case decide.ValueMalformed:
			return malformed
		default:
			return fails
		}
	}
	filled := policydoc.Plain(want)
	if c.filled && policydoc.HasVariable(want) {
		var v verdict
		if filled, v = e.fill(want, c.variables); v != holds {
			return v
		}
	}
	if len(want)*len(have) > mostWork {
		e.spilled = true
	}
	switch c.text {
	case sameText:
		return verdictOf(have == filled.Text())
	case foldedText:
		return verdictOf(strings.EqualFold(have, filled.Text()))
	case likeText:
		return verdictOf(filled.Match(have))
	default:
		return verdictOf(filled.MatchARN(have, false))
	}
}
