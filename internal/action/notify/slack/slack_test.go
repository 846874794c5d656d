package slack_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/action/notify/slack"
)

const path = "/services/T0001/B0001/tokenOfTheWebhook"

func TestChannel(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: double, MostBytes: 40_000}.Run(t)
}

func double(t *testing.T) *notifytest.Double {
	t.Helper()
	server := notifytest.NewHTTP(t, func(w http.ResponseWriter, r *http.Request, body []byte) {
		if r.Method != http.MethodPost || r.URL.Path != path || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s %s", r.Method, r.URL, r.Header)
		}
		check(t, body)
		_, _ = w.Write([]byte("ok"))
	})
	channel, err := slack.New("team", slack.Config{URL: notify.NewSecret(server.URL + path)})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: server.Set, Raw: server.Raw, Came: server.Came(), Stop: server.Close,
		Secrets: []string{"tokenOfTheWebhook"},
	}
}

// text, block and message are what Slack documents, with its limits in check.
type text struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"`
}

type block struct {
	Type     string `json:"type"`
	Text     *text  `json:"text"`
	Fields   []text `json:"fields"`
	Elements []struct {
		Type string `json:"type"`
		Text text   `json:"text"`
		URL  string `json:"url"`
	} `json:"elements"`
}

type message struct {
	Text        string  `json:"text"`
	Blocks      []block `json:"blocks"`
	UnfurlLinks bool    `json:"unfurl_links"`
	UnfurlMedia bool    `json:"unfurl_media"`
}

func check(t *testing.T, body []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var m message
	if err := d.Decode(&m); err != nil {
		t.Errorf("%v: %s", err, body)
	}
	if m.Text == "" || len(m.Blocks) == 0 || len(m.Blocks) > 50 || m.UnfurlLinks || m.UnfurlMedia {
		t.Errorf("message %+v", m)
	}
	harmless(t, m.Text, 3000)
	for _, b := range m.Blocks {
		checkBlock(t, b)
	}
}

func checkBlock(t *testing.T, b block) {
	t.Helper()
	most := map[string]int{"header": 150, "section": 3000, "actions": 0}[b.Type]
	if b.Text != nil {
		checkText(t, *b.Text, most)
	}
	if len(b.Fields) > 10 || b.Type == "section" && b.Text == nil && len(b.Fields) == 0 {
		t.Errorf("block %+v", b)
	}
	for _, f := range b.Fields {
		checkText(t, f, 2000)
	}
	for _, e := range b.Elements {
		checkText(t, e.Text, 75)
		if e.Type != "button" || !strings.HasPrefix(e.URL, "http") || len(e.URL) > 3000 {
			t.Errorf("element %+v", e)
		}
	}
}

func checkText(t *testing.T, x text, most int) {
	t.Helper()
	if x.Type != "plain_text" || x.Emoji || x.Text == "" {
		t.Errorf("text %+v", x)
	}
	harmless(t, x.Text, most)
}

var entity = regexp.MustCompile(`&(amp|lt|gt);`)

func harmless(t *testing.T, s string, most int) {
	t.Helper()
	if strings.ContainsAny(entity.ReplaceAllString(s, ""), "<>&\r\x00\x1b\u202e") {
		t.Errorf("markup gets through: %.200q", s)
	}
	if utf8.RuneCountInString(s) > most {
		t.Errorf("%d characters, more than %d", utf8.RuneCountInString(s), most)
	}
}

func TestNewRefusesAnOpenWay(t *testing.T) {
	t.Parallel()
	if _, err := slack.New("team", slack.Config{URL: notify.NewSecret("http://hooks.example/token")}); err == nil || strings.Contains(err.Error(), "token") {
		t.Errorf("error %v", err)
	}
}
