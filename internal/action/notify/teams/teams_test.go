package teams_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/action/notify/teams"
)

const path = "/workflows/0a1b/triggers/manual/paths/invoke?api-version=1&sig=signatureOfTheWorkflow"

func TestChannel(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: double, MostBytes: 28 << 10}.Run(t)
}

func double(t *testing.T) *notifytest.Double {
	t.Helper()
	server := notifytest.NewHTTP(t, func(w http.ResponseWriter, r *http.Request, body []byte) {
		if r.Method != http.MethodPost || r.URL.RequestURI() != path || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s %s", r.Method, r.URL, r.Header)
		}
		check(t, body)
		w.WriteHeader(http.StatusAccepted)
	})
	channel, err := teams.New("team", teams.Config{URL: notify.NewSecret(server.URL + path)})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: server.Set, Raw: server.Raw, Came: server.Came(), Stop: server.Close,
		Secrets: []string{"signatureOfTheWorkflow"},
	}
}

// message is what Microsoft documents.
type message struct {
	Type        string `json:"type"`
	Attachments []struct {
		ContentType string  `json:"contentType"`
		ContentURL  *string `json:"contentUrl"`
		Content     struct {
			Schema  string `json:"$schema"`
			Type    string `json:"type"`
			Version string `json:"version"`
			Body    []struct {
				Type    string `json:"type"`
				Inlines []struct {
					Type   string `json:"type"`
					Text   string `json:"text"`
					Weight string `json:"weight"`
					Size   string `json:"size"`
					Color  string `json:"color"`
				} `json:"inlines"`
			} `json:"body"`
			Actions []struct {
				Type  string `json:"type"`
				Title string `json:"title"`
				URL   string `json:"url"`
			} `json:"actions"`
		} `json:"content"`
	} `json:"attachments"`
}

func check(t *testing.T, body []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var m message
	if err := d.Decode(&m); err != nil {
		t.Errorf("%v: %s", err, body)
		return
	}
	if m.Type != "message" || len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Errorf("message %.300s", body)
		return
	}
	c := m.Attachments[0].Content
	if c.Type != "AdaptiveCard" || c.Version != "1.4" || len(c.Body) == 0 {
		t.Errorf("card %.300s", body)
	}
	for _, b := range c.Body {
		if b.Type != "RichTextBlock" || len(b.Inlines) == 0 {
			t.Errorf("an element that gives Markdown a meaning: %+v", b)
		}
		for _, r := range b.Inlines {
			if r.Type != "TextRun" || r.Text == "" || strings.ContainsAny(r.Text, "\r\n\x00\x1b\u202e") {
				t.Errorf("run %+v", r)
			}
		}
	}
	for _, a := range c.Actions {
		if a.Type != "Action.OpenUrl" || a.Title == "" || !strings.HasPrefix(a.URL, "http") {
			t.Errorf("action %+v", a)
		}
	}
}
