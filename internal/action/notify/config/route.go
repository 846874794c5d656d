package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/spelling"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// fallbackName is the name of the default route.
const fallbackName = "default"

// usualWait is how long a group waits when the file does not say.
const usualWait = 30 * time.Second

// The words of the file.
var (
	severities = []string{"critical", "high", "medium", "low", "info"}
	kinds      = []string{"new", "regressed", "resolved", "escalated"}
	fields     = []string{"owner", "environment", "account", "type", "check", "severity", "kind", "resource"}
)

func (d *decoder) route(n *yaml.Node) {
	r := Route{Name: fmt.Sprintf("route %d", len(d.config.Routes)+1)}
	known := d.routeKeys(&r)
	known["name"] = d.name(&r.Name, n)
	known["match"] = func(v *yaml.Node) { d.match(&r.Match, v) }
	known["continue"] = d.Flag(&r.Continue, "continue")
	d.Keys(n, "a route", known)
	d.checkRoute(n, &r)
	d.places[r.Name] = strictyaml.At(d.File, n)
	d.config.Routes = append(d.config.Routes, r)
}

// fallback reads the default route, which matches all.
func (d *decoder) fallback(n *yaml.Node) {
	r := Route{Name: fallbackName}
	d.Keys(n, "default", d.routeKeys(&r))
	d.checkRoute(n, &r)
	d.config.Default = r
}

// routeKeys returns the keys that every route has.
func (d *decoder) routeKeys(r *Route) map[string]func(*yaml.Node) {
	return map[string]func(*yaml.Node){
		"to":         func(n *yaml.Node) { r.To = d.to(n) },
		"group_by":   func(n *yaml.Node) { r.GroupBy = d.groupBy(n) },
		"group_wait": d.duration(&r.GroupWait, "group_wait", 24*time.Hour),
		"per_hour":   func(n *yaml.Node) { r.PerHour = d.number(n, "per_hour", 10000) },
		"burst":      func(n *yaml.Node) { r.Burst = d.number(n, "burst", 10000) },
		"quiet_hours": func(n *yaml.Node) {
			d.Items(n, "quiet_hours", func(e *yaml.Node) { d.quiet(r, e) })
		},
		"digest": func(n *yaml.Node) { d.digest(r, n) },
		"drop":   d.Flag(&r.Drop, "drop"),
	}
}

// checkRoute reports what does not go together, and sets what follows from the rest.
func (d *decoder) checkRoute(n *yaml.Node, r *Route) {
	how := len(r.GroupBy) > 0 || r.GroupWait > 0 || r.PerHour > 0 || r.Burst > 0 || len(r.Quiet) > 0 || r.Digest != nil
	switch {
	case r.Drop && (len(r.To) > 0 || how || r.Continue):
		d.Fail(n, "a route with drop tells nobody: it has nothing else but match and name")
	case !r.Drop && len(r.To) == 0:
		d.Fail(n, "a route needs to, or drop: true")
	case r.GroupWait > 0 && len(r.GroupBy) == 0:
		d.Fail(n, "group_wait needs group_by")
	case r.Burst > 0 && r.PerHour == 0:
		d.Fail(n, "burst needs per_hour")
	case r.Burst > r.PerHour:
		d.Fail(n, "burst is more than per_hour")
	case len(r.GroupBy) > 0 && r.Digest != nil:
		d.Fail(n, "digest and group_by do not go together: a digest is one message")
	case alwaysQuiet(r):
		d.Fail(n, "the quiet hours never end")
	}
	if len(r.GroupBy) > 0 && r.GroupWait == 0 {
		r.GroupWait = usualWait
	}
	if r.PerHour > 0 && r.Burst == 0 {
		r.Burst = max(1, r.PerHour/4)
	}
	for _, name := range r.To {
		if c := d.config.Channel(name); c != nil && c.Single() && (len(r.GroupBy) > 0 || r.Digest != nil) {
			d.Fail(n, "channel %s keeps one ticket or line per alert: it takes no group_by and no digest", name)
		}
	}
}

// to returns names of channels, each once.
func (d *decoder) to(n *yaml.Node) []string {
	var names, known []string
	for i := range d.config.Channels {
		known = append(known, d.config.Channels[i].Name)
	}
	d.Items(n, "to", func(e *yaml.Node) {
		switch {
		case !d.Scalar(e, "each of to"):
		case !slices.Contains(known, e.Value):
			d.Fail(e, "there is no channel %.80q%s", e.Value, spelling.Suggestion(e.Value, known))
		case slices.Contains(names, e.Value):
			d.Fail(e, "channel %s stands twice in to", e.Value)
		default:
			names = append(names, e.Value)
		}
	})
	return names
}

func (d *decoder) groupBy(n *yaml.Node) []Field {
	var list []Field
	d.Items(n, "group_by", func(e *yaml.Node) {
		var f string
		if d.choice(&f, "group_by", fields)(e); f != "" {
			list = append(list, Field(f))
		}
	})
	return list
}

func (d *decoder) match(m *Match, n *yaml.Node) {
	var severity string
	d.Keys(n, "match", map[string]func(*yaml.Node){
		"owner": d.Texts(&m.Owner, "owner"), "environment": d.Texts(&m.Environment, "environment"),
		"type": d.Texts(&m.Type, "type"), "framework": d.Texts(&m.Framework, "framework"), "account": d.Texts(&m.Account, "account"),
		"severity": d.choice(&severity, "severity", severities),
		"kind": func(v *yaml.Node) {
			d.Items(v, "kind", func(e *yaml.Node) {
				var k string
				if d.choice(&k, "kind", kinds)(e); k != "" {
					m.Kind = append(m.Kind, notify.Kind(k))
				}
			})
		},
	})
	m.Severity = estate.Severity(severity)
}

// warn says which routes no alert reaches and which channels nothing uses.
func (d *decoder) warn() {
	say := func(name, format string, args ...any) {
		d.config.Warnings = append(d.config.Warnings, d.places[name].String()+": "+fmt.Sprintf(format, args...))
	}
	used := map[string]bool{}
	use := func(names []string) {
		for _, name := range names {
			used[name] = true
		}
	}
	routes := d.config.Routes
	for i := range routes {
		use(routes[i].To)
		for j := range routes[:i] {
			if !routes[j].Continue && routes[j].Match.covers(&routes[i].Match) {
				say(routes[i].Name, "no alert reaches %s: %s takes all that it matches", routes[i].Name, routes[j].Name)
				break
			}
		}
	}
	use(d.config.Default.To)
	for i := range d.config.Escalate {
		use(d.config.Escalate[i].To)
	}
	for i := range d.config.Channels {
		if name := d.config.Channels[i].Name; !used[name] {
			say(name, "no route leads to channel %s", name)
		}
	}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// days are the words for the days of the week, in the order of time.Weekday.
var days = strings.Fields("sun mon tue wed thu fri sat")
