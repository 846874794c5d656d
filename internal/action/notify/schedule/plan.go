// Package schedule decides when an alert goes where, and with which others.
//
// It is pure: the time, the alerts that wait and how much was sent are parameters, and the
// same ones give the same answer. Nothing is lost: Plan gives every alert a delivery per
// channel unless a route drops it, and Pack puts every delivery in exactly one message,
// now or later.
//
// Whoever calls it keeps the deliveries and the messages: a message is stored, with the
// deliveries it is made of, before it is sent, so that an attempt after a crash sends the
// same message with the same key.
package schedule

import (
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/estate"
)

// Delivery is one alert on its way to one channel.
type Delivery struct {
	// Key names the delivery: planning the same alert again gives the same key.
	Key string `json:"key"`
	// Alert is the key of the alert.
	Alert   string `json:"alert"`
	Channel string `json:"channel"`
	Route   string `json:"route"`
	// NotBefore is when it may be sent; a group goes when the first of it may.
	NotBefore time.Time `json:"not_before"`
	// Group is shared by deliveries that go as one message; empty goes alone.
	Group string `json:"group,omitempty"`
	// Digest is whether it was gathered for a time of the day or week.
	Digest bool `json:"digest,omitempty"`
}

// Plan returns the deliveries of the alert, in the order of the routes and one per channel
// at most. It returns none only when a route with drop takes the alert before any other.
// The default route takes every alert that no route without continue takes.
func Plan(c *config.Config, a *notify.Alert, now time.Time) []Delivery {
	var plan []Delivery
	seen := map[string]bool{}
	take := func(r *config.Route) {
		for _, channel := range r.To {
			if !seen[channel] {
				seen[channel] = true
				plan = append(plan, delivery(r, channel, a, now))
			}
		}
	}
	for i := range c.Routes {
		if r := &c.Routes[i]; r.Match.Fits(a) {
			take(r)
			if !r.Continue {
				return plan
			}
		}
	}
	take(&c.Default)
	return plan
}

func delivery(r *config.Route, channel string, a *notify.Alert, now time.Time) Delivery {
	d := Delivery{Key: key(channel, a.Key), Alert: a.Key, Channel: channel, Route: r.Name}
	at := now
	switch {
	case r.Digest != nil:
		at = nextDigest(r.Digest, now)
		d.Digest = true
		d.Group = key(r.Name, channel, "digest", strconv.FormatInt(at.Unix(), 10))
	case len(r.GroupBy) > 0:
		at = now.Add(r.GroupWait)
		parts := []string{r.Name, channel, "group"}
		for _, f := range r.GroupBy {
			parts = append(parts, string(f), f.Of(a))
		}
		d.Group = key(parts...)
	}
	d.NotBefore = afterQuiet(r.Quiet, a.Band(), at)
	return d
}

// key returns a name made of the parts, different for different parts.
func key(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)))
		b.WriteByte(':')
		b.WriteString(p)
	}
	return notify.Hash(b.String(), 32)
}

// Pending is a delivery that waits, with its alert.
type Pending struct {
	Delivery
	Value notify.Alert `json:"value"`
}

// Escalations returns, for an alert about something that is still open, the alerts of the
// steps whose time has come, each on its way to a channel. Called again, it returns the
// same ones with the same keys. Something that is resolved, or has no due date, has none.
// They are told at once: quiet hours, groups and limits belong to routes.
func Escalations(c *config.Config, a *notify.Alert, now time.Time) []Pending {
	due, ok := dueOf(c, a)
	if !ok || a.Resolves() {
		return nil
	}
	var steps []Pending
	for i := range c.Escalate {
		s := &c.Escalate[i]
		at := due.Add(s.After)
		if now.Before(at) || !s.Match.Fits(a) {
			continue
		}
		told := *a
		told.Kind, told.At, told.Due = notify.Escalated, at, due
		told.Thread = a.ThreadKey()
		told.Key = "escalated:" + key(told.Thread, strconv.FormatInt(due.Unix(), 10), s.After.String())
		for _, channel := range s.To {
			d := Delivery{Key: key(channel, told.Key), Alert: told.Key, Channel: channel, Route: escalation, NotBefore: at}
			steps = append(steps, Pending{d, told})
		}
	}
	return steps
}

// escalation stands for the route of what a due date sends.
const escalation = "escalate"

// dueOf returns the due date that the alert has, or else that the file gives it.
func dueOf(c *config.Config, a *notify.Alert) (time.Time, bool) {
	if !a.Due.IsZero() {
		return a.Due, true
	}
	return c.DueAt(a.Band(), a.Environment, a.Since)
}

// passes reports whether the quiet hours let the severity through.
func passes(q *config.Quiet, band estate.Severity) bool {
	return q.Pass != "" && band.Rank() <= q.Pass.Rank()
}
