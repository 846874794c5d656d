package config_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/estate"
)

func example(t *testing.T) *config.Config {
	t.Helper()
	c, err := config.Load("testdata/notify.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExample(t *testing.T) {
	t.Parallel()
	c := example(t)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	var types []string
	for i := range c.Channels {
		types = append(types, c.Channels[i].Type)
	}
	slices.Sort(types)
	if !slices.Equal(types, config.Types()) {
		t.Errorf("the example has the types %v of %v", types, config.Types())
	}
	data := c.Routes[3]
	if data.GroupWait != time.Minute || data.PerHour != 20 || data.Burst != 5 || data.Quiet[0].Zone.String() != "Europe/Berlin" ||
		data.Quiet[0].From != 22*60 || data.Quiet[0].Pass != estate.Critical || data.Quiet[1].Zone != time.UTC ||
		!slices.Equal(data.Quiet[1].Days, []time.Weekday{time.Saturday, time.Sunday}) {
		t.Errorf("route %+v", data)
	}
	if c.Routes[2].Burst != 15 || c.Default.Name != "default" || !c.Default.Digest.Weekly || c.Default.Digest.Day != time.Monday {
		t.Errorf("burst %d, default %+v", c.Routes[2].Burst, c.Default)
	}
	if c.Channel("mail").Get("port") != "587" || c.Channel("nowhere") != nil || c.Channel("data-team").Single() || !c.Channel("tickets").Single() {
		t.Error("channels are not as the file has them")
	}
}

func TestDueAt(t *testing.T) {
	t.Parallel()
	c := example(t)
	since := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, k := range []struct {
		band        estate.Severity
		environment string
		days        int
	}{
		{estate.Critical, "production", 7}, {estate.High, "production", 14}, {estate.Medium, "production", -1},
		{estate.Critical, "", 14}, {estate.Medium, "staging", 90}, {estate.Low, "staging", -1},
	} {
		due, ok := c.DueAt(k.band, k.environment, since)
		if ok != (k.days >= 0) || ok && !due.Equal(since.AddDate(0, 0, k.days)) {
			t.Errorf("%s in %q: %v, %v", k.band, k.environment, due, ok)
		}
	}
	if _, ok := c.DueAt(estate.Critical, "", time.Time{}); ok {
		t.Error("what began nobody knows when has a due date")
	}
}

// head is the least that a file has.
const head = "channels: [{name: a, type: slack, url: env:A}, {name: j, type: jira, url: https://j.example, user: u, token: env:T, project: P}]\n"

func TestProblemsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", "f.yaml:1:1: the file is empty"},
		{"channels: [", "f.yaml:1"},
		{head, "f.yaml:1:1: nothing says what happens to alerts that no route takes: add default"},
		{head + "default: {to: [a]}\nrouts: []", `f.yaml:3:1: unknown key "routs" in the file`},
		{head + "default: {to: [a]}\nrouts: []", "did you mean routes?"},
		{head + "default: {to: [b]}", `f.yaml:2:16: there is no channel "b"`},
		{head + "default: {to: [a, a]}", "f.yaml:2:19: channel a stands twice in to"},
		{head + "default: {}", "f.yaml:2:10: a route needs to, or drop: true"},
		{head + "default: {drop: true, to: [a]}", "f.yaml:2:10: a route with drop tells nobody"},
		{head + "default: {to: [a], match: {}}", `f.yaml:2:20: unknown key "match" in default`},
		{head + "default: {to: [j], group_by: [owner]}", "f.yaml:2:10: channel j keeps one ticket"},
		{head + `default: {to: [j], digest: {at: "09:00"}}`, "f.yaml:2:10: channel j keeps one ticket"},
		{head + "default: {to: [a], group_by: [ownr]}", `f.yaml:2:31: group_by "ownr" is none of`},
		{head + "default: {to: [a], group_wait: 1m}", "group_wait needs group_by"},
		{head + "default: {to: [a], group_by: [owner], group_wait: 2d}", "f.yaml:2:51: group_wait must be a time such as"},
		{head + "default: {to: [a], burst: 1}", "burst needs per_hour"},
		{head + "default: {to: [a], burst: 3, per_hour: 2}", "burst is more than per_hour"},
		{head + "default: {to: [a], per_hour: 0}", "f.yaml:2:30: per_hour must be a whole number from 1 to 10000"},
		{head + `default: {to: [a], digest: {at: "24:00"}}`, "digest needs at"},
		{head + `default: {to: [a], digest: {at: "9:00"}}`, `f.yaml:2:33: at must be a time from "00:00" to "24:00"`},
		{head + `default: {to: [a], quiet_hours: [{from: "22:00"}]}`, "quiet_hours need from and to"},
		{head + `default: {to: [a], quiet_hours: [{from: "22:00", to: "22:00"}]}`, "from and to are the same"},
		{head + `default: {to: [a], quiet_hours: [{from: "00:00", to: "24:00"}]}`, "the quiet hours never end"},
		{head + `default: {to: [a], quiet_hours: [{from: "22:00", to: "07:00"}, {from: "06:30", to: "22:00"}]}`, "the quiet hours never end"},
		{head + `default: {to: [a], quiet_hours: [{from: "22:00", to: "07:00", zone: Local}]}`, "f.yaml:2:69: zone \"Local\" is no time zone"},
		{head + "zone: ../../etc/passwd\ndefault: {to: [a]}", "f.yaml:2:7: zone"},
		{head + "default: {to: [a]}\nroutes: [{match: {severity: bad}, to: [a]}]", `f.yaml:3:29: severity "bad" is none of`},
		{head + "default: {to: [a]}\nroutes: [{match: {kind: [test]}, to: [a]}]", `f.yaml:3:26: kind "test" is none of`},
		{head + "default: {to: [a]}\nroutes: [{name: a, to: [a]}]", `f.yaml:3:17: name "a" is taken`},
		{head + "default: {to: [a]}\nroutes: [{name: default, to: [a]}]", `name "default" is taken`},
		{head + "default: {to: [a]}\nroutes: [{name: \"a\\nb\", to: [a]}]", "f.yaml:3:17: name"},
		{head + "default: {to: [a]}\ndue: [{}]", "f.yaml:3:7: due says nothing"},
		{head + "default: {to: [a]}\ndue: [{critical: 7}]", "f.yaml:3:18: critical must be a time"},
		{head + "default: {to: [a]}\ndue: [{critical: 9999999999999d}]", "f.yaml:3:18: critical must be a time"},
		{head + "default: {to: [a]}\nescalate: [{to: [a]}]", "f.yaml:3:11: escalate needs due"},
		{head + "default: {to: [a]}\ndue: [{low: 1d}]\nescalate: [{after: 1d}]", "f.yaml:4:12: a step of escalate needs to"},
		{head + "default: &d {to: [a]}\nroutes: [*d]", "f.yaml:3:10: anchors are not supported"},
		{"channels: [{name: a}]\ndefault: {drop: true}", "f.yaml:1:12: type \"\" of the channel is none of"},
		{"channels: [{name: a, type: slak, url: env:A}]\ndefault: {drop: true}", "did you mean slack?"},
		{"channels: [{name: a, type: slack}]\ndefault: {drop: true}", "f.yaml:1:12: a channel of type slack needs url"},
		{"channels: [{type: slack, url: env:A}]\ndefault: {drop: true}", "f.yaml:1:12: a channel needs a name"},
		{"channels: [{name: a, type: slack, url: env:A, channel: x}]\ndefault: {drop: true}", `f.yaml:1:47: unknown key "channel" in a channel of type slack`},
		{"channels: [{name: a, type: slack, url: file:relative}]\ndefault: {drop: true}", "f.yaml:1:40: url is a secret"},
		{"channels: [{name: a, type: email, host: h, from: f, to: [t], port: 70000}]\ndefault: {drop: true}", "f.yaml:1:68: port must be"},
		{"channels: [{name: a, type: email, host: h, from: f, to: [t], user: u}]\ndefault: {drop: true}", "user and password go together"},
		{"channels: [{name: a, type: email, host: h, from: f, to: [t], user: u, password: env:P, tls: none}]\ndefault: {drop: true}", "a password is not sent without TLS"},
		{"channels: [{name: a, type: syslog, address: h:1, protocol: quic}]\ndefault: {drop: true}", `protocol "quic" is none of udp, tcp, tls`},
	} {
		_, err := config.Parse("f.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f.yaml:") || estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestASecretInTheFileIsNotShown(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("f.yaml", []byte("channels: [{name: a, type: slack, url: https://hooks.slack.com/services/T/B/hunter2}]\ndefault: {to: [a]}"))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"routes: [{to: [a]}, {name: late, match: {severity: high}, to: [j]}]":                                   "f.yaml:3:21: no alert reaches late: route 1 takes all that it matches",
		"routes: [{match: {severity: low}, to: [a]}, {match: {severity: high}, to: [j]}]":                       "no alert reaches route 2",
		"routes: [{match: {severity: high}, to: [a]}, {match: {severity: low}, to: [j]}]":                       "",
		"routes: [{match: {type: [\"aws_*\"]}, to: [a]}, {match: {type: [\"aws_s3_*\"], owner: [x]}, to: [j]}]": "no alert reaches route 2",
		"routes: [{match: {type: [\"aws_s3_*\"]}, to: [a]}, {match: {type: [\"aws_*\"]}, to: [j]}]":             "",
		"routes: [{match: {type: [aws_s3_bucket]}, to: [a]}, {match: {type: [aws_s3_bucket, other]}, to: [j]}]": "",
		"routes: [{to: [a], continue: true}, {to: [j]}]":                                                        "",
		"routes: [{match: {kind: [new, resolved]}, to: [a]}, {match: {kind: [new]}, to: [j]}]":                  "no alert reaches route 2",
		"routes: []": "f.yaml:1:48: no route leads to channel j",
		"due: [{low: 1d}, {low: 2d}]\nroutes: [{to: [j]}]": "f.yaml:3:18: an earlier entry of due takes all that this one does",
	} {
		c, err := config.Parse("f.yaml", []byte(head+"default: {to: [a]}\n"+text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := strings.Join(c.Warnings, "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	a := notify.Alert{
		Kind: notify.New, Severity: estate.High, Owner: "team-data", Account: "1", Frameworks: []string{"cis", "pci"},
		Resource: estate.Ref{Type: "aws_s3_bucket"},
	}
	for _, c := range []struct {
		m    config.Match
		want bool
	}{
		{config.Match{}, true},
		{config.Match{Severity: estate.High}, true}, {config.Match{Severity: estate.Low}, true}, {config.Match{Severity: estate.Critical}, false},
		{config.Match{Owner: []string{"x", "team-*"}}, true}, {config.Match{Owner: []string{"team"}}, false}, {config.Match{Owner: []string{"none"}}, false},
		{config.Match{Environment: []string{"none"}}, true}, {config.Match{Environment: []string{"prod*"}}, false}, {config.Match{Environment: []string{"*"}}, true},
		{config.Match{Type: []string{"aws_*_bucket"}}, true}, {config.Match{Type: []string{"*bucket*"}}, true}, {config.Match{Type: []string{"*buckets"}}, false},
		{config.Match{Framework: []string{"pci"}}, true}, {config.Match{Framework: []string{"iso", "none"}}, false},
		{config.Match{Kind: []notify.Kind{notify.New}}, true}, {config.Match{Kind: []notify.Kind{notify.Resolved}}, false},
		{config.Match{Account: []string{"1"}, Owner: []string{"team-data"}, Severity: estate.High}, true},
		{config.Match{Account: []string{"1"}, Owner: []string{"team-x"}, Severity: estate.High}, false},
	} {
		if got := c.m.Fits(&a); got != c.want {
			t.Errorf("%+v: %v, want %v", c.m, got, c.want)
		}
	}
	bad := notify.Alert{Severity: "nonsense"}
	if (&config.Match{Severity: estate.Low}).Fits(&bad) {
		t.Error("a severity that nobody knows is at least low")
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/notify.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(head + "default: {to: [a]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("f.yaml", data)
		if (c == nil) != (err != nil) || err != nil && !strings.HasPrefix(err.Error(), "f.yaml:") {
			t.Errorf("%v, %v", c, err)
		}
	})
}
