package config

import (
	"slices"
	"strconv"
	"time"
	_ "time/tzdata" // containers have no time zones of their own

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// zone is the time zone of a part of the file; nil is that of the file, or UTC.
type zone struct{ *time.Location }

func (d *decoder) location(into *zone) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if !d.Scalar(n, "zone") {
			return
		}
		at, err := time.LoadLocation(n.Value)
		if err != nil || n.Value == "Local" {
			d.Fail(n, "zone %.80q is no time zone: write one as Europe/Berlin or UTC", n.Value)
			return
		}
		into.Location = at
	}
}

// or returns the zone, that of the file, or UTC.
func (d *decoder) or(z zone) *time.Location {
	switch {
	case z.Location != nil:
		return z.Location
	case d.zone.Location != nil:
		return d.zone.Location
	}
	return time.UTC
}

func (d *decoder) quiet(r *Route, n *yaml.Node) {
	q := Quiet{From: -1, To: -1}
	var z zone
	var pass string
	d.Keys(n, "quiet_hours", map[string]func(*yaml.Node){
		"from": d.clock(&q.From, "from"), "to": d.clock(&q.To, "to"), "zone": d.location(&z),
		"pass": d.choice(&pass, "pass", severities),
		"days": func(v *yaml.Node) {
			d.Items(v, "days", func(e *yaml.Node) {
				if day, ok := d.day(e); ok {
					q.Days = append(q.Days, day)
				}
			})
		},
	})
	if q.From < 0 || q.To < 0 {
		d.Fail(n, "quiet_hours need from and to")
		return
	}
	if q.From == q.To {
		d.Fail(n, "from and to are the same: write 00:00 to 24:00 for the whole day")
		return
	}
	q.Zone, q.Pass = d.or(z), estate.Severity(pass)
	r.Quiet = append(r.Quiet, q)
}

func (d *decoder) digest(r *Route, n *yaml.Node) {
	g := Digest{At: -1}
	var z zone
	d.Keys(n, "digest", map[string]func(*yaml.Node){
		"at": d.clock(&g.At, "at"), "zone": d.location(&z),
		"day": func(v *yaml.Node) { g.Day, g.Weekly = d.day(v) },
	})
	if g.At < 0 || g.At == 24*60 {
		d.Fail(n, "digest needs at, a time before 24:00")
		return
	}
	g.Zone = d.or(z)
	r.Digest = &g
}

func (d *decoder) day(n *yaml.Node) (time.Weekday, bool) {
	var word string
	d.choice(&word, "day", days)(n)
	return time.Weekday(max(0, slices.Index(days, word))), word != ""
}

// clock stores a time of day, from 00:00 to 24:00.
func (d *decoder) clock(into *Clock, what string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		v := n.Value
		if n.Kind == yaml.ScalarNode && len(v) == len("00:00") && v[2] == ':' {
			h, err1 := strconv.ParseUint(v[:2], 10, 8)
			m, err2 := strconv.ParseUint(v[3:], 10, 8)
			if err1 == nil && err2 == nil && m < 60 && h*60+m <= 24*60 {
				*into = Clock(h*60 + m)
				return
			}
		}
		d.Fail(n, `%s must be a time from "00:00" to "24:00"`, what)
	}
}

// duration stores a whole number with a unit: s, m, h, d for 24 hours, w for 7 days.
func (d *decoder) duration(into *time.Duration, what string, most time.Duration) func(*yaml.Node) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	return func(n *yaml.Node) {
		if v := n.Value; n.Kind == yaml.ScalarNode && len(v) > 1 {
			unit := units[v[len(v)-1]]
			count, err := strconv.ParseUint(v[:len(v)-1], 10, 31)
			if err == nil && unit > 0 && time.Duration(count) <= most/unit {
				*into = time.Duration(count) * unit
				return
			}
		}
		d.Fail(n, "%s must be a time such as 30s, 5m, 12h, 7d or 2w, at most %v", what, most)
	}
}

// longest bounds due dates and escalation.
const longest = 10 * 365 * 24 * time.Hour

func (d *decoder) due(n *yaml.Node) {
	r := Due{Within: map[estate.Severity]time.Duration{}}
	known := map[string]func(*yaml.Node){"environment": d.Texts(&r.Environment, "environment")}
	for _, band := range severities {
		known[band] = func(v *yaml.Node) {
			var within time.Duration
			d.duration(&within, band, longest)(v)
			r.Within[estate.Severity(band)] = within
		}
	}
	d.Keys(n, "due", known)
	if len(r.Within) == 0 {
		d.Fail(n, "due says nothing: name a band, such as critical: 7d")
	}
	for i := range d.config.Due {
		if within(d.config.Due[i].Environment, r.Environment) {
			d.config.Warnings = append(d.config.Warnings, strictyaml.At(d.File, n).String()+": an earlier entry of due takes all that this one does")
			break
		}
	}
	d.config.Due = append(d.config.Due, r)
}

func (d *decoder) step(n *yaml.Node) {
	var s Step
	d.Keys(n, "escalate", map[string]func(*yaml.Node){
		"after": d.duration(&s.After, "after", longest),
		"match": func(v *yaml.Node) { d.match(&s.Match, v) },
		"to":    func(v *yaml.Node) { s.To = d.to(v) },
	})
	if len(s.To) == 0 {
		d.Fail(n, "a step of escalate needs to")
	}
	if len(s.Match.Kind) > 0 {
		d.Fail(n, "escalate concerns what is open: it does not match by kind")
	}
	d.config.Escalate = append(d.config.Escalate, s)
}

// alwaysQuiet reports whether every minute of the week is quiet, where all quiet hours are
// of one zone: nothing would ever be told.
func alwaysQuiet(r *Route) bool {
	const day = 24 * 60
	for _, q := range r.Quiet {
		if q.Zone.String() != r.Quiet[0].Zone.String() {
			return false
		}
	}
	var week [7 * day]bool
	for _, q := range r.Quiet {
		long := int(q.To - q.From)
		if long < 0 {
			long += day
		}
		for weekday := range 7 {
			if len(q.Days) > 0 && !slices.Contains(q.Days, time.Weekday(weekday)) {
				continue
			}
			for m := range long {
				week[(weekday*day+int(q.From)+m)%len(week)] = true
			}
		}
	}
	return !slices.Contains(week[:], false)
}
