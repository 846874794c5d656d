package jira_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/jira"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
)

const token = "tokenOfTheUser"

func TestChannel(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: func(t *testing.T) *notifytest.Double { d, _ := double(t); return d }, MostBytes: 100_000}.Run(t)
}

// site is Jira: the issues of one project.
type site struct {
	t        *testing.T
	mu       sync.Mutex
	issues   []*made
	comments int
}

type made struct {
	labels []string
	done   bool
}

func double(t *testing.T) (*notifytest.Double, *site) {
	t.Helper()
	s := &site{t: t}
	server := notifytest.NewHTTP(t, s.take)
	channel, err := jira.New("tickets", jira.Config{URL: server.URL, User: "a@b.example", Token: notify.NewSecret(token), Project: "SEC"})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: server.Set, Raw: server.Raw, Came: server.Came(), Stop: server.Close, Secrets: []string{token},
		Shown: func() int {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.issues)
		},
	}, s
}

var one = regexp.MustCompile(`^/rest/api/3/issue/SEC-(\d+)/(transitions|comment)$`)

func (s *site) take(w http.ResponseWriter, r *http.Request, body []byte) {
	if user, pass, ok := r.BasicAuth(); !ok || user != "a@b.example" || pass != token {
		s.t.Errorf("header %v", r.Header)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	match := one.FindStringSubmatch(r.URL.Path)
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/rest/api/3/search/jql":
		s.search(w, body)
	case r.Method == http.MethodPost && r.URL.Path == "/rest/api/3/issue":
		s.create(w, body)
	case match != nil && match[2] == "comment" && r.Method == http.MethodPost:
		var c struct {
			Body document `json:"body"`
		}
		s.strict(body, &c)
		s.document(c.Body)
		s.comments++
		w.WriteHeader(http.StatusCreated)
	case match != nil && match[2] == "transitions":
		n, _ := strconv.Atoi(match[1])
		s.transitions(w, r, body, s.issues[n])
	default:
		s.t.Errorf("%s %s", r.Method, r.URL)
	}
}

var jql = regexp.MustCompile(`^project = "SEC" AND labels = "(stance-[0-9a-f]{32})" ORDER BY created DESC$`)

func (s *site) search(w http.ResponseWriter, body []byte) {
	var q struct {
		JQL        string   `json:"jql"`
		Fields     []string `json:"fields"`
		MaxResults int      `json:"maxResults"`
	}
	s.strict(body, &q)
	match := jql.FindStringSubmatch(q.JQL)
	if match == nil {
		s.t.Errorf("jql %q", q.JQL)
		return
	}
	found := []any{}
	for i, m := range s.issues {
		if slices.Contains(m.labels, match[1]) {
			key := map[bool]string{true: "done", false: "new"}[m.done]
			found = []any{map[string]any{
				"key":    fmt.Sprintf("SEC-%d", i),
				"fields": map[string]any{"status": map[string]any{"statusCategory": map[string]any{"key": key}}},
			}}
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"issues": found, "isLast": true})
}

func (s *site) create(w http.ResponseWriter, body []byte) {
	var c struct {
		Fields struct {
			Project     map[string]string `json:"project"`
			Type        map[string]string `json:"issuetype"`
			Summary     string            `json:"summary"`
			Description document          `json:"description"`
			Labels      []string          `json:"labels"`
		} `json:"fields"`
	}
	s.strict(body, &c)
	f := c.Fields
	if f.Project["key"] != "SEC" || f.Type["name"] != "Task" || f.Summary == "" || utf8.RuneCountInString(f.Summary) > 255 || strings.ContainsAny(f.Summary, "\r\n") {
		s.t.Errorf("fields %+v", f)
	}
	for _, l := range f.Labels {
		if strings.ContainsAny(l, " \t\n") || l == "" {
			s.t.Errorf("label %q", l)
		}
	}
	s.document(f.Description)
	s.issues = append(s.issues, &made{labels: f.Labels})
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]string{"id": "1", "key": fmt.Sprintf("SEC-%d", len(s.issues)-1), "self": "https://x"})
}

func (s *site) transitions(w http.ResponseWriter, r *http.Request, body []byte, m *made) {
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(`{"transitions": [
			{"id": "11", "name": "Start", "to": {"statusCategory": {"key": "indeterminate"}}},
			{"id": "31", "name": "Done", "to": {"statusCategory": {"key": "done"}}}]}`))
		return
	}
	var q struct {
		Transition struct {
			ID string `json:"id"`
		} `json:"transition"`
	}
	s.strict(body, &q)
	m.done = q.Transition.ID == "31"
	w.WriteHeader(http.StatusNoContent)
}

func (s *site) strict(body []byte, into any) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		s.t.Errorf("%v: %.300s", err, body)
	}
}

type document struct {
	Type    string     `json:"type"`
	Version int        `json:"version"`
	Text    string     `json:"text"`
	Content []document `json:"content"`
}

// document checks the Atlassian Document Format: no empty text, no mark, no mention.
func (s *site) document(d document) {
	if text, err := json.Marshal(d); err != nil || d.Type != "doc" || d.Version != 1 || len(text) > 60_000 {
		s.t.Errorf("document of %d bytes: %+.300v", len(text), d)
	}
	for _, p := range d.Content {
		if p.Type != "paragraph" || len(p.Content) == 0 {
			s.t.Errorf("part %+v", p)
		}
		for _, n := range p.Content {
			if n.Type == "text" && (n.Text == "" || strings.ContainsAny(n.Text, "\r\n\x00\x1b\u202e")) || n.Type != "text" && n.Type != "hardBreak" {
				s.t.Errorf("node %+v", n)
			}
		}
	}
}

func TestOneThreadIsOneIssue(t *testing.T) {
	t.Parallel()
	d, s := double(t)
	for i, step := range []struct {
		kind            notify.Kind
		issues, remarks int
		done            bool
	}{
		{notify.Resolved, 0, 0, false}, {notify.New, 1, 0, false}, {notify.New, 1, 0, false}, {notify.Escalated, 1, 1, false},
		{notify.Resolved, 1, 2, true}, {notify.Resolved, 1, 2, true}, {notify.Regressed, 1, 3, false}, {notify.Resolved, 1, 4, true},
		{notify.New, 1, 5, false},
	} {
		a := notifytest.Sample("event-"+strconv.Itoa(i), step.kind)
		a.Thread = "issue:1"
		if _, err := d.Channel.Send(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		if len(s.issues) != step.issues || s.comments != step.remarks || step.issues > 0 && s.issues[0].done != step.done {
			t.Fatalf("step %d, %s: %d issues, %d comments", i, step.kind, len(s.issues), s.comments)
		}
	}
}
