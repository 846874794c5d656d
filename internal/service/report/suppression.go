package report

import (
	"strings"
	"sync/atomic"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Suppression is one entry of a suppressions file.
type Suppression struct {
	// Check is the id of a check; * stands for any text.
	Check string
	// Account and Region narrow it; empty means any.
	Account, Region string
	// Resource is the id or the name of a resource; * stands for any text, ? for one
	// character. Empty means any.
	Resource string
	// Reason says why; Until is the last day it holds; By says who decided.
	Reason string
	Until  time.Time
	By     string
	// Line is where it stands in its file.
	Line int

	used atomic.Int64
}

// Suppressions are the entries of one file. They are safe for concurrent use.
type Suppressions struct {
	exact   map[string][]*Suppression
	general []*Suppression // those whose check has a *
	all     []*Suppression
	today   time.Time
}

func newSuppressions(entries []*Suppression, today time.Time) *Suppressions {
	s := &Suppressions{exact: map[string][]*Suppression{}, all: entries, today: day(today)}
	for _, e := range entries {
		switch {
		case e.expired(s.today):
		case strings.ContainsAny(e.Check, "*?"):
			s.general = append(s.general, e)
		default:
			s.exact[e.Check] = append(s.exact[e.Check], e)
		}
	}
	return s
}

// day drops the time of the day.
func day(t time.Time) time.Time {
	year, month, date := t.Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

func (e *Suppression) expired(today time.Time) bool { return e.Until.Before(today) }

// Apply sets f aside when an entry that has not expired matches it. Only failures and
// unknown verdicts are set aside. The entry that stands first in the file counts.
func (s *Suppressions) Apply(f *estate.Finding) {
	if f.Status != estate.Fail && f.Status != estate.UnknownStatus {
		return
	}
	var found *Suppression
	for _, list := range [][]*Suppression{s.exact[f.Check], s.general} {
		for _, e := range list {
			if e.matches(f) && (found == nil || e.Line < found.Line) {
				found = e
			}
		}
	}
	if found == nil {
		return
	}
	found.used.Add(1)
	f.Suppressed = &estate.Suppression{Reason: found.Reason, Until: found.Until.Format(time.DateOnly), By: found.By}
}

func (e *Suppression) matches(f *estate.Finding) bool {
	return match(e.Check, f.Check) &&
		(e.Account == "" || match(e.Account, f.Resource.Account)) &&
		(e.Region == "" || match(e.Region, f.Resource.Region)) &&
		(e.Resource == "" || match(e.Resource, f.Resource.ID) || match(e.Resource, f.Resource.Name))
}

// Expired returns the entries that no longer hold, in the order of the file.
func (s *Suppressions) Expired() []*Suppression {
	return s.filter(func(e *Suppression) bool { return e.expired(s.today) })
}

// Unused returns the entries that hold and matched nothing so far, in the order of the
// file: what they were written for is gone or was misspelt.
func (s *Suppressions) Unused() []*Suppression {
	return s.filter(func(e *Suppression) bool { return !e.expired(s.today) && e.used.Load() == 0 })
}

func (s *Suppressions) filter(keep func(*Suppression) bool) []*Suppression {
	var kept []*Suppression
	for _, e := range s.all {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// match reports whether text is what the pattern says: * stands for any text, also an
// empty one, and ? for one character.
func match(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	i, j, star, mark := 0, 0, -1, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
