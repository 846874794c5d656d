package schedule

import (
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/estate"
)

// day is a date of the calendar, as midnight in UTC: adding 24 hours is the next date,
// whatever a zone's clocks do.
type day time.Time

const oneDay = 24 * time.Hour

// dayOf returns the date that a calendar in the zone shows.
func dayOf(t time.Time, zone *time.Location) day {
	y, m, d := t.In(zone).Date()
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func (d day) add(n int) day                 { return day(time.Time(d).Add(time.Duration(n) * oneDay)) }
func (d day) weekday() time.Weekday         { return time.Time(d).Weekday() }
func (d day) wall(c config.Clock) time.Time { return time.Time(d).Add(time.Duration(c) * time.Minute) }

// instant returns when clocks in the zone first show the time of the date. Where they never
// do because they are put forward, it is the moment at which they are.
func instant(d day, c config.Clock, zone *time.Location) time.Time {
	wall := d.wall(c)
	// No zone is more than 26 hours from another, so both offsets that can hold are these.
	before, after := offset(wall.Add(-26*time.Hour), zone), offset(wall.Add(26*time.Hour), zone)
	early, late := wall.Add(-max(before, after)), wall.Add(-min(before, after))
	for _, t := range []time.Time{early, late} {
		if offset(t, zone) == wall.Sub(t) {
			return t
		}
	}
	if start, _ := late.In(zone).ZoneBounds(); !start.IsZero() {
		return start.UTC()
	}
	return late
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// nextDigest returns the first time of the digest that is not before now.
func nextDigest(g *config.Digest, now time.Time) time.Time {
	today := dayOf(now, g.Zone)
	for n := -1; n <= 9; n++ {
		d := today.add(n)
		if g.Weekly && d.weekday() != g.Day {
			continue
		}
		if at := instant(d, g.At, g.Zone); !at.Before(now) {
			return at
		}
	}
	return now
}

// mostQuiet bounds how many quiet hours can follow on one another before the alert is told
// all the same: those of several zones could go on for ever.
const mostQuiet = 64

// afterQuiet returns the first time, not before at, that is in none of the quiet hours.
func afterQuiet(quiet []config.Quiet, band estate.Severity, at time.Time) time.Time {
	now := at
	for range mostQuiet {
		end := quietEnd(quiet, band, now)
		if !end.After(now) {
			return now
		}
		now = end
	}
	return at
}

// quietEnd returns when the quiet hours end that now lies in; now when it lies in none.
func quietEnd(quiet []config.Quiet, band estate.Severity, now time.Time) time.Time {
	for i := range quiet {
		q := &quiet[i]
		if passes(q, band) {
			continue
		}
		today := dayOf(now, q.Zone)
		for _, begin := range []day{today.add(-1), today} {
			if len(q.Days) > 0 && !slices.Contains(q.Days, begin.weekday()) {
				continue
			}
			end := begin
			if q.To < q.From {
				end = begin.add(1)
			}
			from, to := instant(begin, q.From, q.Zone), instant(end, q.To, q.Zone)
			if !now.Before(from) && now.Before(to) {
				return to
			}
		}
	}
	return now
}
