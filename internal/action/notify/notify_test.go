package notify_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"plain", 10, "plain"},
		{"exactly ten", 11, "exactly ten"},
		{"exactly ten", 10, "exactly t…"},
		{"two\r\nlines\u2028three", 40, "two lines three"},
		{"\x1b[31mred\x00", 40, `\x1b[31mred\x00`},
		{"a\u202eb", 40, `a\u202eb`},
		{"日本語テスト", 4, "日本語…"},
		{"x", 0, ""},
		{strings.Repeat("a", 1<<20), 5, "aaaa…"},
		{strings.Repeat(" ", 1<<20) + "b", 5, "…"},
		{"bad \xff\xfe", 40, "bad \ufffd\ufffd"},
	} {
		got := notify.Line(c.text, c.most)
		if got != c.want {
			t.Errorf("Line(%.20q, %d) = %q, want %q", c.text, c.most, got, c.want)
		}
		if utf8.RuneCountInString(got) > c.most {
			t.Errorf("Line(%.20q, %d) is longer: %q", c.text, c.most, got)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\nb", 3)
	f.Add("0", -73)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most %= 500
		got := notify.Line(text, most)
		if utf8.RuneCountInString(got) > max(most, 0) || !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\t\x00") {
			t.Errorf("Line(%q, %d) = %q", text, most, got)
		}
	})
}

func TestLater(t *testing.T) {
	t.Parallel()
	busy := estate.Errorf(estate.CodeThrottled, "send", "too many")
	for _, c := range []struct {
		err   error
		wait  time.Duration
		again bool
	}{
		{busy, 0, true},
		{notify.After(busy, time.Minute), time.Minute, true},
		{notify.After(busy, 50*time.Hour), notify.MaxWait, true},
		{notify.After(busy, -1), 0, true},
		{fmt.Errorf("wrapped: %w", notify.After(busy, time.Second)), time.Second, true},
		{estate.Errorf(estate.CodeUnavailable, "send", "down"), 0, true},
		{notify.After(estate.Errorf(estate.CodeDenied, "send", "no"), time.Minute), 0, false},
		{errors.New("a defect"), 0, false},
		{nil, 0, false},
	} {
		wait, again := notify.Later(c.err)
		if wait != c.wait || again != c.again {
			t.Errorf("Later(%v) = %v, %v; want %v, %v", c.err, wait, again, c.wait, c.again)
		}
	}
}

func TestSecretIsNeverShown(t *testing.T) {
	t.Parallel()
	s := notify.NewSecret("hunter2")
	inside := struct{ s notify.Secret }{s}
	outside := struct{ S notify.Secret }{s}
	text, err := json.Marshal(outside)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{s, &s, inside, &inside, outside, &outside} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			text = append(text, fmt.Sprintf(verb, v)...)
		}
	}
	for _, leak := range []string{"hunter2", fmt.Sprintf("%x", "hunter2")} {
		if strings.Contains(string(text), leak) {
			t.Errorf("shown: %s", text)
		}
	}
	if s.Reveal() != "hunter2" || (notify.Secret{}).Reveal() != "" {
		t.Error("a secret does not reveal its text")
	}
	if got := notify.Redact("hunter2 at 2", s, notify.NewSecret("2"), notify.Secret{}); got != "[secret] at 2" {
		t.Errorf("Redact = %q", got)
	}
}

func TestWebLink(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]string{
		"https://stance.example/issues/1?a=b#c":  "https://stance.example/issues/1?a=b#c",
		"http://127.0.0.1:8080/":                 "http://127.0.0.1:8080/",
		"javascript:alert(1)":                    "",
		"/issues/1":                              "",
		"https://":                               "",
		"https://user:pass@host/":                "",
		"https://host/\r\nX: y":                  "",
		"https://host/<!channel>":                "",
		"https://h/" + strings.Repeat("a", 3000): "",
	} {
		if got := (&notify.Alert{Link: link}).WebLink(); got != want {
			t.Errorf("WebLink(%.40q) = %q, want %q", link, got, want)
		}
	}
}

func TestSubjectAndFacts(t *testing.T) {
	t.Parallel()
	a := notify.Alert{
		Kind: notify.Regressed, Severity: "nonsense", Title: "Bucket is\npublic", Score: 91.6,
		Resource: estate.Ref{ID: "arn:aws:s3:::a", Name: "a", Type: "aws_s3_bucket"},
		Account:  "111111111111", AccountName: "prod", Due: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if got, want := a.Subject(200), "[info] Back again: Bucket is public"; !strings.HasPrefix(got, want) {
		t.Errorf("Subject = %q, want %q", got, want)
	}
	got := fmt.Sprint(a.Facts())
	want := "[{Severity info (92 of 100)} {Resource arn:aws:s3:::a} {Type aws_s3_bucket} {Account prod (111111111111)} {Due 2027-01-02 03:04 UTC}]"
	if got != want {
		t.Errorf("Facts = %s\nwant    %s", got, want)
	}
}
