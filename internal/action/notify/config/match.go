package config

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// None is the pattern of what is empty: an alert without owner, and the like.
const None = "none"

// Match says which alerts are meant. Each part that is set must fit; an empty part fits
// all. Patterns are whole words in which * stands for any text.
type Match struct {
	Owner, Environment, Type, Framework, Account []string
	// Severity fits what is at least as bad.
	Severity estate.Severity
	Kind     []notify.Kind
}

// Fits reports whether the alert is meant.
func (m *Match) Fits(a *notify.Alert) bool {
	return (m.Severity == "" || a.Band().Rank() <= m.Severity.Rank()) &&
		(len(m.Kind) == 0 || slices.Contains(m.Kind, a.Kind)) &&
		anyOf(m.Owner, a.Owner) && anyOf(m.Environment, a.Environment) &&
		anyOf(m.Type, a.Resource.Type) && anyOf(m.Account, a.Account) && m.framework(a)
}

func (m *Match) framework(a *notify.Alert) bool {
	if len(m.Framework) == 0 {
		return true
	}
	if len(a.Frameworks) == 0 {
		return anyOf(m.Framework, "")
	}
	return slices.ContainsFunc(a.Frameworks, func(f string) bool { return anyOf(m.Framework, f) })
}

// anyOf reports whether one of the patterns fits the text, or there are none.
func anyOf(patterns []string, text string) bool {
	if len(patterns) == 0 {
		return true
	}
	if text == "" {
		text = None
	}
	return slices.ContainsFunc(patterns, func(p string) bool { return fits(p, text) })
}

// fits reports whether the pattern fits the whole text, in time of their lengths' product
// at worst.
func fits(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	text, ok := strings.CutPrefix(text, first)
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		if _, text, ok = strings.Cut(text, p); !ok {
			return false
		}
	}
	return strings.HasSuffix(text, last)
}

// covers reports whether every alert that o means is meant by m. It may miss some, but is
// never wrong when it says so.
func (m *Match) covers(o *Match) bool {
	if m.Severity != "" && (o.Severity == "" || o.Severity.Rank() > m.Severity.Rank()) {
		return false
	}
	if len(m.Kind) > 0 && (len(o.Kind) == 0 || slices.ContainsFunc(o.Kind, func(k notify.Kind) bool { return !slices.Contains(m.Kind, k) })) {
		return false
	}
	return within(m.Owner, o.Owner) && within(m.Environment, o.Environment) && within(m.Type, o.Type) &&
		within(m.Framework, o.Framework) && within(m.Account, o.Account)
}

// within reports whether what fits one of the inner patterns fits one of the outer ones. A
// pattern that fits another's text fits all that the other does: only a * fits a *.
func within(outer, inner []string) bool {
	if len(outer) == 0 {
		return true
	}
	return len(inner) > 0 && !slices.ContainsFunc(inner, func(p string) bool {
		return !slices.ContainsFunc(outer, func(o string) bool { return fits(o, p) })
	})
}
