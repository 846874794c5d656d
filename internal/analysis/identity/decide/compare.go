package decide

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// answer is how a comparison ends.
type answer uint8

const (
	differs answer = iota
	equals
	// hangs is on a key that is open.
	hangs
	// unresolved is a policy variable without a value: the element matches nothing.
	unresolved
	// malformed is a value of the policy that its operator cannot read.
	malformed
	// hidden is on a key that could not be read, for the reason in evaluator.why.
	hidden
)

func answerOf(same bool) answer {
	if same {
		return equals
	}
	return differs
}

// compare holds one value of a request against one of a condition, for the positive
// form of the operator ("IAM JSON policy elements: Condition operators"). A value of
// the request that the operator cannot read equals nothing.
func (e *evaluator) compare(base, have, want string, variables bool) answer {
	switch base {
	case "StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike":
		return e.compareText(base, have, want, variables)
	default:
		return compareValue(base, have, want)
	}
}

// compareValue is compare for the operators that are not about text.
func compareValue(base, have, want string) answer {
	switch base {
	case "Bool":
		return answerOf(strings.EqualFold(have, want)).unless(!isBool(want))
	case "IpAddress":
		return compareAddress(have, want)
	case "BinaryEquals":
		return compareBytes(have, want)
	}
	if comparison, found := strings.CutPrefix(base, "Numeric"); found {
		return compareNumbers(comparison, have, want)
	}
	return compareTimes(strings.TrimPrefix(base, "Date"), have, want)
}

func (a answer) unless(bad bool) answer {
	if bad {
		return malformed
	}
	return a
}

// compareText is compare for the operators that know policy variables.
func (e *evaluator) compareText(base, have, want string, variables bool) answer {
	filled, a := e.fill(want, variables)
	if a != equals {
		return a
	}
	if !e.spend(want, have) {
		return malformed
	}
	switch base {
	case "StringEquals":
		return answerOf(have == filled.Text())
	case "StringEqualsIgnoreCase":
		return answerOf(strings.EqualFold(have, filled.Text()))
	case "StringLike":
		return answerOf(filled.Match(have))
	default:
		return answerOf(filled.MatchARN(have, false))
	}
}

// fill replaces the policy variables of a text. It answers equals when that went
// well, hangs or hidden where a variable is open or unread, unresolved where one has no value, or several.
func (e *evaluator) fill(text string, variables bool) (policydoc.Filled, answer) {
	if !variables || !policydoc.HasVariable(text) {
		return policydoc.Plain(text), equals
	}
	result := equals
	filled, ok := policydoc.Fill(text, func(key string) (string, bool) {
		found := e.req.Context.lookup(key)
		switch {
		case found.state == open || found.state == shaped:
			result = max(result, hangs)
			return "", true
		case found.state == unreadable:
			result, e.why = hidden, *found.why
			return "", true
		case found.state == present && len(found.values) == 1 && !e.multiValued(key):
			return found.values[0], true
		default:
			return "", false
		}
	})
	if !ok {
		return filled, unresolved
	}
	return filled, result
}

func isBool(text string) bool {
	return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
}

func compareAddress(have, want string) answer {
	prefix, err := netip.ParsePrefix(want)
	if err != nil {
		address, err := netip.ParseAddr(want)
		if err != nil || address.Zone() != "" {
			return malformed
		}
		prefix = netip.PrefixFrom(address, address.BitLen())
	}
	address, err := netip.ParseAddr(have)
	return answerOf(err == nil && prefix.Contains(address))
}

func compareBytes(have, want string) answer {
	wanted, err := base64.StdEncoding.DecodeString(want)
	if err != nil {
		return malformed
	}
	got, err := base64.StdEncoding.DecodeString(have)
	return answerOf(err == nil && bytes.Equal(got, wanted))
}

func compareNumbers(comparison, have, want string) answer {
	limit, ok := parseNumber(want)
	if !ok {
		return malformed
	}
	value, ok := parseNumber(have)
	return answerOf(ok && ordered(comparison, value.Cmp(limit)))
}

// parseNumber reads a whole or decimal number, and nothing else.
func parseNumber(text string) (*big.Rat, bool) {
	const most = 100
	digits := strings.TrimLeft(text, "+-")
	if len(text) > most || len(text)-len(digits) > 1 || strings.Trim(digits, "0123456789.") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func compareTimes(comparison, have, want string) answer {
	limit, ok := parseTime(want)
	if !ok {
		return malformed
	}
	value, ok := parseTime(have)
	return answerOf(ok && ordered(comparison, value.Compare(limit)))
}

// parseTime reads the forms of W3C ISO 8601 that IAM takes, and epoch seconds.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

// ordered tells whether an order of two values is the one that is asked for.
func ordered(comparison string, order int) bool {
	switch comparison {
	case "Equals":
		return order == 0
	case "LessThan":
		return order < 0
	case "LessThanEquals":
		return order <= 0
	case "GreaterThan":
		return order > 0
	default:
		return order >= 0
	}
}
