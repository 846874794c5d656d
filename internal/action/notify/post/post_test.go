package post_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/post"
	"github.com/stance-sec/stance/internal/estate"
)

func TestStatusBecomesCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		after  string
		date   string
		code   estate.Code
		wait   time.Duration
	}{
		{status: 200}, {status: 202}, {status: 204},
		{status: 302, code: estate.CodeInvalid}, {status: 307, code: estate.CodeInvalid},
		{status: 400, code: estate.CodeInvalid}, {status: 401, code: estate.CodeUnauthorized},
		{status: 403, code: estate.CodeDenied}, {status: 404, code: estate.CodeNotFound},
		{status: 408, code: estate.CodeUnavailable}, {status: 410, code: estate.CodeGone},
		{status: 413, code: estate.CodeInvalid}, {status: 425, code: estate.CodeUnavailable},
		{status: 429, code: estate.CodeThrottled}, {status: 429, after: "7", code: estate.CodeThrottled, wait: 7 * time.Second},
		{status: 429, after: "-7", code: estate.CodeThrottled},
		{status: 429, after: "99999999999999999999", code: estate.CodeThrottled},
		{status: 503, after: "2147483647", code: estate.CodeUnavailable, wait: notify.MaxWait},
		{status: 500, code: estate.CodeUnavailable}, {status: 599, code: estate.CodeUnavailable},
		{
			status: 503, after: "Fri, 01 Jan 2027 00:00:30 GMT", date: "Fri, 01 Jan 2027 00:00:00 GMT",
			code: estate.CodeUnavailable, wait: 30 * time.Second,
		},
		{status: 503, after: "soon", code: estate.CodeUnavailable},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				t.Error("a redirect was followed")
			}
			w.Header().Set("Location", "/elsewhere")
			if c.after != "" {
				w.Header().Set("Retry-After", c.after)
			}
			if c.date != "" {
				w.Header().Set("Date", c.date)
			}
			w.WriteHeader(c.status)
		}))
		_, err := post.New("x", nil).Do(t.Context(), post.Request{Op: "send", Address: notify.NewSecret(server.URL + "/a")})
		server.Close()
		if got := estate.CodeOf(err); got != c.code {
			t.Errorf("%d: code %q, want %q", c.status, got, c.code)
		}
		if wait, _ := notify.Later(err); wait != c.wait {
			t.Errorf("%d %q: wait %v, want %v", c.status, c.after, wait, c.wait)
		}
	}
}

func TestAnEndlessAnswerIsCut(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for chunk := []byte(strings.Repeat("\x1b[31m", 1000)); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	_, err := post.New("x", nil).Do(t.Context(), post.Request{Op: "send", Address: notify.NewSecret(server.URL)})
	if err == nil || len(err.Error()) > 500 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("error %.600q", err)
	}
}

func TestCheckAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text      string
		plain, ok bool
	}{
		{"https://hooks.example/a", false, true},
		{"http://hooks.example/a", false, false},
		{"http://hooks.example/a", true, true},
		{"http://127.0.0.1:1/a", false, true},
		{"http://[::1]:1/a", false, true},
		{"http://localhost/a", false, true},
		{"http://localhost.evil.example/a", false, false},
		{"http://127.0.0.1.evil.example/a", false, false},
		{"https://user:pass@hooks.example/", false, false},
		{"https://hooks.example/#token", false, false},
		{"file:///etc/passwd", true, false},
		{"hooks.example", false, false},
		{"https:hooks.example", false, false},
		{"", false, false},
	} {
		err := post.CheckAddress(c.text, c.plain)
		if (err == nil) != c.ok {
			t.Errorf("%q: %v", c.text, err)
		}
		if err != nil && c.text != "" && strings.Contains(err.Error(), c.text) {
			t.Errorf("the error shows the address: %v", err)
		}
	}
}
