package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/action/notify/schedule"
	"github.com/stance-sec/stance/internal/estate"
)

// parse returns a file with a channel, and a default route with the given rest.
func parse(t *testing.T, rest string) *config.Config {
	t.Helper()
	c, err := config.Parse("f.yaml", []byte("channels: [{name: a, type: slack, url: env:A}]\ndefault:\n  to: [a]\n  "+rest))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTimesOnDaysThatClocksChange(t *testing.T) {
	t.Parallel()
	night := `quiet_hours: [{from: "22:00", to: "%s", zone: %s}]`
	for _, c := range []struct{ rest, now, want string }{
		// Europe/Berlin goes forward on 28 March 2027 at 02:00 and back on 31 October at 03:00.
		{`digest: {at: "02:30", zone: Europe/Berlin}`, "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z"},
		{`digest: {at: "02:30", zone: Europe/Berlin}`, "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"},
		{`digest: {at: "02:30", zone: Europe/Berlin}`, "2027-03-28T01:00:01Z", "2027-03-29T00:30:00Z"},
		{`digest: {at: "02:30", zone: Europe/Berlin}`, "2027-10-30T12:00:00Z", "2027-10-31T00:30:00Z"},
		{`digest: {at: "02:30", zone: Europe/Berlin}`, "2027-10-31T00:30:01Z", "2027-11-01T01:30:00Z"},
		{`digest: {at: "09:00", day: mon, zone: Europe/Berlin}`, "2027-03-24T12:00:00Z", "2027-03-29T07:00:00Z"},
		{`digest: {at: "09:00", day: mon, zone: Europe/Berlin}`, "2027-03-29T07:00:01Z", "2027-04-05T07:00:00Z"},
		{`digest: {at: "00:00", zone: America/Havana}`, "2027-03-13T12:00:00Z", "2027-03-14T05:00:00Z"},
		// Lord Howe Island goes forward by half an hour on 3 October 2027 at 02:00.
		{`digest: {at: "02:15", zone: Australia/Lord_Howe}`, "2027-10-02T00:00:00Z", "2027-10-02T15:30:00Z"},
		// Samoa had no 30 December 2011.
		{`digest: {at: "09:00", zone: Pacific/Apia}`, "2011-12-30T00:00:00Z", "2011-12-30T10:00:00Z"},
		{`digest: {at: "09:00", zone: Pacific/Apia}`, "2011-12-30T10:00:01Z", "2011-12-30T19:00:00Z"},
		{fmt.Sprintf(night, "07:00", "Europe/Berlin"), "2027-03-27T22:00:00Z", "2027-03-28T05:00:00Z"},
		{fmt.Sprintf(night, "02:30", "Europe/Berlin"), "2027-03-27T22:00:00Z", "2027-03-28T01:00:00Z"},
		{fmt.Sprintf(night, "02:30", "Europe/Berlin"), "2027-10-30T22:00:00Z", "2027-10-31T00:30:00Z"},
		{fmt.Sprintf(night, "07:00", "Europe/Berlin"), "2027-10-31T05:59:59Z", "2027-10-31T06:00:00Z"},
		{fmt.Sprintf(night, "07:00", "Europe/Berlin"), "2027-10-31T06:00:00Z", "2027-10-31T06:00:00Z"},
		{fmt.Sprintf(night, "07:00", "Europe/Berlin"), "2027-06-01T19:59:59Z", "2027-06-01T19:59:59Z"},
		{fmt.Sprintf(night, "07:00", "Europe/Berlin"), "2027-06-01T20:00:00Z", "2027-06-02T05:00:00Z"},
		{fmt.Sprintf(night, "24:00", "UTC"), "2027-06-01T23:59:59Z", "2027-06-02T00:00:00Z"},
		// Friday night goes over into a quiet weekend, and that into Sunday night.
		{`quiet_hours: [{from: "22:00", to: "07:00"}, {from: "00:00", to: "24:00", days: [sat, sun]}]`, "2027-06-04T23:00:00Z", "2027-06-07T07:00:00Z"},
		{`quiet_hours: [{from: "22:00", to: "07:00", days: [fri]}]`, "2027-06-05T03:00:00Z", "2027-06-05T07:00:00Z"},
		{`quiet_hours: [{from: "22:00", to: "07:00", days: [fri]}]`, "2027-06-04T03:00:00Z", "2027-06-04T03:00:00Z"},
		// Two zones together are quiet all day: told all the same.
		{`quiet_hours: [{from: "00:00", to: "13:00", zone: UTC}, {from: "00:00", to: "13:00", zone: Etc/GMT+12}]`, "2027-06-04T03:00:00Z", "2027-06-04T03:00:00Z"},
		{`digest: {at: "03:00"}` + "\n  quiet_hours: [{from: \"22:00\", to: \"07:00\"}]", "2027-06-04T00:00:00Z", "2027-06-04T07:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		plan := schedule.Plan(parse(t, c.rest), &notify.Alert{Key: "k", Severity: estate.Medium}, now)
		if got := plan[0].NotBefore.UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.rest, c.now, got, c.want)
		}
	}
}

func TestSevereAlertsPassQuietHours(t *testing.T) {
	t.Parallel()
	c := parse(t, `quiet_hours: [{from: "00:00", to: "12:00", pass: high}]`)
	now := time.Date(2027, 1, 1, 3, 0, 0, 0, time.UTC)
	for band, at := range map[estate.Severity]time.Time{
		estate.Critical: now, estate.High: now, estate.Medium: now.Add(9 * time.Hour), "nonsense": now.Add(9 * time.Hour),
	} {
		if got := schedule.Plan(c, &notify.Alert{Key: "k", Severity: band}, now)[0].NotBefore; !got.Equal(at) {
			t.Errorf("%s: %v, want %v", band, got, at)
		}
	}
}
