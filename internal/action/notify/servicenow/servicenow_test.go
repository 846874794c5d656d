package servicenow_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/action/notify/servicenow"
)

const password = "passwordOfTheUser"

func TestChannel(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: func(t *testing.T) *notifytest.Double { d, _ := double(t); return d }, MostBytes: 40_000}.Run(t)
}

// instance is ServiceNow: the records of one table.
type instance struct {
	t       *testing.T
	mu      sync.Mutex
	records []map[string]string
}

func double(t *testing.T) (*notifytest.Double, *instance) {
	t.Helper()
	s := &instance{t: t}
	server := notifytest.NewHTTP(t, s.take)
	channel, err := servicenow.New("tickets", servicenow.Config{
		URL: server.URL + "/", User: "stance", Password: notify.NewSecret(password), Group: "cloud",
	})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: server.Set, Raw: server.Raw, Came: server.Came(), Stop: server.Close,
		Secrets: []string{password, "c3RhbmNlOnBhc3N3b3JkT2ZUaGVVc2Vy"},
		Shown: func() int {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.records)
		},
	}, s
}

func (s *instance) take(w http.ResponseWriter, r *http.Request, body []byte) {
	if user, pass, ok := r.BasicAuth(); !ok || user != "stance" || pass != password || r.Header.Get("Accept") != "application/json" {
		s.t.Errorf("header %v", r.Header)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	const table = "/api/now/table/incident"
	id, one := strings.CutPrefix(r.URL.Path, table+"/")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == table:
		s.find(w, r)
	case r.Method == http.MethodPost && r.URL.Path == table:
		f := s.fields(body, map[string]int{
			"short_description": 160, "description": 4000, "correlation_id": 100, "correlation_display": 100,
			"urgency": 1, "impact": 1, "assignment_group": 40,
		})
		f["sys_id"], f["number"], f["state"] = strconv.Itoa(len(s.records)), "INC"+strconv.Itoa(len(s.records)), "1"
		s.records = append(s.records, f)
		s.answer(w, http.StatusCreated, f)
	case r.Method == http.MethodPatch && one:
		n, err := strconv.Atoi(id)
		if err != nil {
			s.t.Errorf("id %q", id)
			return
		}
		for name, value := range s.fields(body, map[string]int{"state": 1, "close_code": 40, "close_notes": 4000, "work_notes": 4000}) {
			s.records[n][name] = value
		}
		s.answer(w, http.StatusOK, s.records[n])
	default:
		s.t.Errorf("%s %s", r.Method, r.URL)
	}
}

func (s *instance) find(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	key, ok := strings.CutPrefix(query.Get("sysparm_query"), "correlation_id=")
	key, sorted := strings.CutSuffix(key, "^ORDERBYDESCsys_created_on")
	if !ok || !sorted || strings.ContainsAny(key, "^=@ ") || query.Get("sysparm_limit") != "1" || query.Get("sysparm_fields") != "sys_id,number,state" {
		s.t.Errorf("query %v", query)
	}
	found := []map[string]string{}
	for i := len(s.records) - 1; i >= 0 && len(found) == 0; i-- {
		if s.records[i]["correlation_id"] == key {
			found = append(found, s.records[i])
		}
	}
	s.answer(w, http.StatusOK, found)
}

func (s *instance) fields(body []byte, most map[string]int) map[string]string {
	d := json.NewDecoder(bytes.NewReader(body))
	var f map[string]string
	if err := d.Decode(&f); err != nil {
		s.t.Errorf("%v: %.300s", err, body)
	}
	for name, value := range f {
		if n, ok := most[name]; !ok || value == "" || utf8.RuneCountInString(value) > n {
			s.t.Errorf("column %s has %d characters", name, utf8.RuneCountInString(value))
		}
		if strings.ContainsAny(value, "\r\x00\x1b\u202e") || strings.Contains(strings.ToLower(value), "[code]") {
			s.t.Errorf("column %s: %.300q", name, value)
		}
	}
	return f
}

func (s *instance) answer(w http.ResponseWriter, status int, result any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"result": result})
}

func TestOneThreadIsOneRecord(t *testing.T) {
	t.Parallel()
	d, s := double(t)
	for i, step := range []struct {
		kind  notify.Kind
		state string
		count int
	}{
		{notify.Resolved, "", 0}, {notify.New, "1", 1}, {notify.New, "1", 1}, {notify.Escalated, "2", 1},
		{notify.Resolved, "6", 1}, {notify.Resolved, "6", 1}, {notify.Regressed, "2", 1}, {notify.Resolved, "6", 1},
		{"close", "7", 1}, {notify.Regressed, "1", 2},
	} {
		if step.kind == "close" {
			s.records[0]["state"] = "7"
			continue
		}
		a := notifytest.Sample("event-"+strconv.Itoa(i), step.kind)
		a.Thread, a.Message = "issue:1", "a [code]<script>[/CODE]"
		if _, err := d.Channel.Send(t.Context(), &a); err != nil {
			t.Fatal(err)
		}
		if len(s.records) != step.count || step.count > 0 && s.records[step.count-1]["state"] != step.state {
			t.Fatalf("step %d, %s: %v", i, step.kind, s.records)
		}
	}
}
