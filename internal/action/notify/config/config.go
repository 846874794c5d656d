// Package config reads notify.yaml: the channels, which alert goes to which of them, when
// what is found is due, and who hears when it is not done by then.
//
// Reading opens no connection and resolves no secret. What the file does not say is never
// guessed: an alert that no route takes goes to the default route, which every file has.
package config

import (
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// Config is a file that was read. It is not changed afterwards and may be shared.
type Config struct {
	// Channels are in the order of the file; their names differ.
	Channels []Channel
	// Routes are tried in order; Default is what catches the rest.
	Routes  []Route
	Default Route
	// Due are tried in order: the first that fits the environment holds.
	Due []Due
	// Escalate are the steps after a due date, in the order of the file.
	Escalate []Step
	// Warnings say what is allowed but hardly meant, each with its place.
	Warnings []string
}

// Channel is a place that alerts go to.
type Channel struct {
	Name string
	// Type is one of Types.
	Type string
	// Settings holds the values by name; those of secrets are references, not secrets.
	Settings map[string][]string
}

// Get returns the only value of a setting; empty when it is not set.
func (c *Channel) Get(name string) string {
	if v := c.Settings[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Single reports whether the channel takes every alert on its own, never many in one: it
// keeps a ticket, or a line, of each.
func (c *Channel) Single() bool { return types[c.Type].single }

// Channel returns the channel of the name, nil when there is none.
func (c *Config) Channel(name string) *Channel {
	for i := range c.Channels {
		if c.Channels[i].Name == name {
			return &c.Channels[i]
		}
	}
	return nil
}

// Route says where alerts that it matches go, and how.
type Route struct {
	// Name is unique: "default", the one of the file, or "route 1" and so on.
	Name  string
	Match Match
	// To are names of channels. It is empty only when Drop is set.
	To []string
	// GroupBy are what alerts have in common that go as one message; empty groups none.
	GroupBy []Field
	// GroupWait is how long the first alert of a group waits for others.
	GroupWait time.Duration
	// PerHour bounds messages per channel, after the first Burst at once; 0 is no bound.
	PerHour, Burst int
	Quiet          []Quiet
	// Digest is nil unless alerts wait for a time of the day or week.
	Digest *Digest
	// Continue is whether later routes see the alert, too.
	Continue bool
	// Drop is whether nobody hears of it.
	Drop bool
}

// Field is something that alerts can have in common.
type Field string

// The fields to group by.
const (
	ByOwner       Field = "owner"
	ByEnvironment Field = "environment"
	ByAccount     Field = "account"
	ByType        Field = "type"
	ByCheck       Field = "check"
	BySeverity    Field = "severity"
	ByKind        Field = "kind"
	ByResource    Field = "resource"
)

// Of returns what the alert has there.
func (f Field) Of(a *notify.Alert) string {
	switch f {
	case ByOwner:
		return a.Owner
	case ByEnvironment:
		return a.Environment
	case ByAccount:
		return a.Account
	case ByType:
		return a.Resource.Type
	case ByCheck:
		return a.Check
	case BySeverity:
		return string(a.Band())
	case ByKind:
		return string(a.Kind)
	case ByResource:
		return a.Resource.ID
	}
	return ""
}

// Clock is a time of day in minutes after midnight, at most 24 hours.
type Clock int

// Quiet is a part of the day in which only what is bad enough is told.
type Quiet struct {
	From, To Clock
	// Days are those on which it begins; empty is every day.
	Days []time.Weekday
	Zone *time.Location
	// Pass is the severity that is told all the same; empty is none.
	Pass estate.Severity
}

// Digest is when what was gathered is told.
type Digest struct {
	At Clock
	// Weekly is whether it is told on Day alone, else every day.
	Weekly bool
	Day    time.Weekday
	Zone   *time.Location
}

// Due says how long there is to resolve something, by its band.
type Due struct {
	// Environment are patterns; empty fits all.
	Environment []string
	Within      map[estate.Severity]time.Duration
}

// DueAt returns when something that began at a time is due; false when nothing says.
func (c *Config) DueAt(band estate.Severity, environment string, since time.Time) (time.Time, bool) {
	for i := range c.Due {
		if anyOf(c.Due[i].Environment, environment) {
			within, ok := c.Due[i].Within[band]
			return since.Add(within), ok && !since.IsZero()
		}
	}
	return time.Time{}, false
}

// Step is whom to tell some time after a due date.
type Step struct {
	After time.Duration
	Match Match
	To    []string
}
