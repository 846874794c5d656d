package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/action/notify/pagerduty"
)

const key = "0123456789abcdef0123456789abcdef"

func TestChannel(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: double, MostBytes: 60_000}.Run(t)
}

// service is PagerDuty: the state of alerts by dedup_key.
type service struct {
	t      *testing.T
	mu     sync.Mutex
	open   map[string]bool
	opened int
}

func double(t *testing.T) *notifytest.Double {
	t.Helper()
	s := &service{t: t, open: map[string]bool{}}
	server := notifytest.NewHTTP(t, s.take)
	channel, err := pagerduty.New("oncall", pagerduty.Config{RoutingKey: notify.NewSecret(key), URL: server.URL + "/v2/enqueue"})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: server.Set, Raw: server.Raw, Came: server.Came(), Stop: server.Close,
		Secrets: []string{key}, Shown: s.shown,
	}
}

func (s *service) shown() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// event is what PagerDuty documents.
type event struct {
	RoutingKey string `json:"routing_key"`
	Action     string `json:"event_action"`
	DedupKey   string `json:"dedup_key"`
	Client     string `json:"client"`
	ClientURL  string `json:"client_url"`
	Payload    *struct {
		Summary   string            `json:"summary"`
		Source    string            `json:"source"`
		Severity  string            `json:"severity"`
		Timestamp *time.Time        `json:"timestamp"`
		Component string            `json:"component"`
		Group     string            `json:"group"`
		Class     string            `json:"class"`
		Details   map[string]string `json:"custom_details"`
	} `json:"payload"`
	Links []struct {
		Href string `json:"href"`
		Text string `json:"text"`
	} `json:"links"`
}

func (s *service) take(w http.ResponseWriter, r *http.Request, body []byte) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var e event
	if err := d.Decode(&e); err != nil || r.Method != http.MethodPost || r.URL.Path != "/v2/enqueue" || e.RoutingKey != key {
		s.t.Errorf("%s %s %v: %.300s", r.Method, r.URL, err, body)
	}
	if e.DedupKey == "" || len(e.DedupKey) > 255 {
		s.t.Errorf("dedup_key %q", e.DedupKey)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Action {
	case "trigger":
		s.payload(e)
		if !s.open[e.DedupKey] {
			s.open[e.DedupKey] = true
			s.opened++
		}
	case "resolve":
		s.open[e.DedupKey] = false
	default:
		s.t.Errorf("event_action %q", e.Action)
	}
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "success", "message": "Event processed", "dedup_key": e.DedupKey})
}

func (s *service) payload(e event) {
	p := e.Payload
	if p == nil || p.Summary == "" || p.Source == "" || utf8.RuneCountInString(p.Summary) > 1024 || strings.ContainsAny(p.Summary+p.Source, "\r\n\x00\x1b") {
		s.t.Errorf("payload %+v", p)
		return
	}
	switch p.Severity {
	case "critical", "error", "warning", "info":
	default:
		s.t.Errorf("severity %q", p.Severity)
	}
	for _, l := range e.Links {
		if !strings.HasPrefix(l.Href, "http") || l.Text == "" {
			s.t.Errorf("link %+v", l)
		}
	}
}

func TestResolvedClosesWhatNewOpened(t *testing.T) {
	t.Parallel()
	s := &service{t: t, open: map[string]bool{}}
	server := notifytest.NewHTTP(t, s.take)
	channel, err := pagerduty.New("oncall", pagerduty.Config{RoutingKey: notify.NewSecret(key), URL: server.URL + "/v2/enqueue"})
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		kind notify.Kind
		open bool
	}{{notify.New, true}, {notify.Resolved, false}, {notify.Regressed, true}, {notify.Resolved, false}} {
		a := notifytest.Sample("event-"+string(rune('a'+i)), step.kind)
		a.Thread = "issue:1"
		if _, err := channel.Send(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		if s.open["issue:1"] != step.open {
			t.Errorf("after %s the alert is open: %v", step.kind, s.open["issue:1"])
		}
	}
}
