package issue

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// aside returns why a finding is set aside, or nothing when it stands. What lies on a
// way is only set aside when a person accepted it, when it is said twice, or when nobody
// but the provider can change it.
func (c *Collector) aside(f *estate.Finding, facts Facts, check estate.Check, onPath bool) estate.SuppressedReason {
	switch {
	case f.Suppressed != nil:
		return estate.SuppressedAccepted
	case c.twice(f):
		return estate.SuppressedDuplicate
	case facts.ProviderManaged:
		return estate.SuppressedProvider
	case onPath:
		return ""
	case facts.Ephemeral:
		return estate.SuppressedEphemeral
	case facts.Reachable == estate.No && slices.Contains(check.Categories, "network"):
		return estate.SuppressedNotReachable
	case c.nonProduction(facts.Environment) && f.Severity.Rank() > estate.High.Rank():
		return estate.SuppressedNonProduction
	default:
		return ""
	}
}

func (c *Collector) nonProduction(environment string) bool {
	return slices.ContainsFunc(c.options.NonProduction, func(e string) bool { return strings.EqualFold(e, environment) })
}

// twice reports whether the finding came before. Findings of a resource come together,
// so the keys of one resource are enough to remember.
func (c *Collector) twice(f *estate.Finding) bool {
	if f.Resource.ID != c.current {
		c.current = f.Resource.ID
		clear(c.seen)
	}
	if c.seen[f.Key] {
		return true
	}
	if len(c.seen) < maxSeen {
		c.seen[f.Key] = true
	}
	return false
}

// maxSeen bounds the keys of one resource.
const maxSeen = 10_000

// count counts a finding that is set aside.
func (c *Collector) count(reason estate.SuppressedReason, f *estate.Finding) {
	s := c.suppressed[reason]
	if s == nil {
		s = &estate.Suppressed{Reason: reason}
		c.suppressed[reason] = s
	}
	s.Count++
	s.FindingKeys = c.keep(s.FindingKeys, f.Key)
}

// keep appends to a bounded list.
func (c *Collector) keep(list []string, value string) []string {
	if len(list) >= c.options.MaxListed {
		return list
	}
	return append(list, value)
}
