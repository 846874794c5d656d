package webhook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/action/notify/webhook"
)

const key = "a signing key of 32 random bytes"

var at = time.Date(2027, 3, 4, 5, 6, 7, 0, time.UTC)

func TestChannel(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: double, MostBytes: 1 << 20}.Run(t)
}

func double(t *testing.T) *notifytest.Double {
	t.Helper()
	var mu sync.Mutex
	seen := map[string]bool{}
	server := notifytest.NewHTTP(t, func(w http.ResponseWriter, r *http.Request, body []byte) {
		if r.Method != http.MethodPost || r.URL.Path != "/in/tokenOfThePath" || r.Header.Get("Authorization") != "Bearer tokenOfTheHeader" {
			t.Errorf("%s %s %s", r.Method, r.URL, r.Header)
		}
		if err := notifytest.VerifyWebhook(key, r.Header, body, at.Add(time.Minute)); err != nil {
			t.Error(err)
		}
		check(t, body)
		mu.Lock()
		defer mu.Unlock()
		seen[r.Header.Get("Idempotency-Key")] = true
		w.WriteHeader(http.StatusNoContent)
	})
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte(key))
	channel, err := webhook.New("hook", webhook.Config{
		URL: notify.NewSecret(server.URL + "/in/tokenOfThePath"), Secret: notify.NewSecret(secret),
		Authorization: notify.NewSecret("Bearer tokenOfTheHeader"), Now: func() time.Time { return at },
	})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: server.Set, Raw: server.Raw, Came: server.Came(), Stop: server.Close,
		Secrets: []string{key, secret, "tokenOfThePath", "tokenOfTheHeader"},
		Shown: func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(seen)
		},
	}
}

func check(t *testing.T, body []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var doc struct {
		Schema  string       `json:"schema"`
		Alert   notify.Alert `json:"alert"`
		LeftOut int          `json:"items_left_out"`
	}
	if err := d.Decode(&doc); err != nil {
		t.Errorf("%v: %.300s", err, body)
	}
	if doc.Schema != "stance.alert/1" || doc.Alert.Key == "" || !utf8.Valid(body) {
		t.Errorf("document %.300s", body)
	}
	if n := len(doc.Alert.Items) + doc.LeftOut; n > 0 && n != doc.Alert.Count {
		t.Errorf("%d items and %d left out of %d", len(doc.Alert.Items), doc.LeftOut, doc.Alert.Count)
	}
}

func TestSignatureCoversAll(t *testing.T) {
	t.Parallel()
	d := double(t)
	a := notifytest.Sample("one", notify.New)
	if _, err := d.Channel.Send(t.Context(), &a); err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(d.Raw()[0], "\r\n\r\n")
	header := http.Header{}
	for line := range strings.SplitSeq(head, "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			header.Set(name, value)
		}
	}
	for name, change := range map[string]func(h http.Header) (string, string, time.Time){
		"key":  func(http.Header) (string, string, time.Time) { return key + "x", body, at },
		"body": func(http.Header) (string, string, time.Time) { return key, body + " ", at },
		"old":  func(http.Header) (string, string, time.Time) { return key, body, at.Add(6 * time.Minute) },
		"timestamp": func(h http.Header) (string, string, time.Time) {
			h.Set("Webhook-Timestamp", "1")
			return key, body, time.Unix(1, 0)
		},
		"id": func(h http.Header) (string, string, time.Time) {
			h.Set("Webhook-Id", "two")
			h.Set("Idempotency-Key", "two")
			return key, body, at
		},
	} {
		h := header.Clone()
		k, b, now := change(h)
		if err := notifytest.VerifyWebhook(k, h, []byte(b), now); err == nil {
			t.Errorf("%s can be changed", name)
		}
	}
	if err := notifytest.VerifyWebhook(key, header, []byte(body), at); err != nil {
		t.Error(err)
	}
}

func TestNewRefusesAWeakKey(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", "short", "whsec_!!!", "whsec_YQ=="} {
		_, err := webhook.New("hook", webhook.Config{URL: notify.NewSecret("https://a.example"), Secret: notify.NewSecret(secret)})
		if err == nil || secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("%q: %v", secret, err)
		}
	}
}
