package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/client"
)

func TestPagesAndRefusals(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer secret-token":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"title":"Unauthorized","detail":"sign in","code":"unauthorized","hint":"make a token"}`))
		case r.URL.Path == "/under/api/v1/broken":
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html>"))
		case r.URL.Path == "/under/api/v1/thing":
			_, _ = w.Write([]byte(`{"a":1}`))
		case r.URL.Query().Get("cursor") == "":
			_, _ = w.Write([]byte(`{"items":[1,2],"next":"n"}`))
		default:
			_, _ = w.Write([]byte(`{"items":[3]}`))
		}
	}))
	defer server.Close()
	c := &client.Client{Server: server.URL + "/under/", Token: "secret-token"}
	var all []string
	err := c.Pages(context.Background(), "/list", url.Values{}, func(m json.RawMessage) error {
		all = append(all, string(m))
		return nil
	})
	if err != nil || strings.Join(all, " ") != "1 2 3" {
		t.Errorf("all pages are %v, %v", all, err)
	}
	if err := c.Pages(context.Background(), "/thing", url.Values{}, nil); estate.CodeOf(err) != estate.CodeInvalid {
		t.Errorf("pages of what is no list say %v", err)
	}
	if _, err := c.Do(context.Background(), http.MethodGet, "broken", nil, nil); estate.CodeOf(err) != estate.CodeUnavailable || strings.Contains(err.Error(), "html") {
		t.Errorf("a proxy's page says %v", err)
	}
	c.Token = "other"
	_, err = c.Do(context.Background(), http.MethodGet, "thing", nil, nil)
	if estate.CodeOf(err) != estate.CodeUnauthorized || estate.HintOf(err) != "make a token" || strings.Contains(err.Error(), "other") {
		t.Errorf("a refusal says %v (%s)", err, estate.HintOf(err))
	}
	for _, address := range []string{"", "stance.example", "file:///etc/passwd", "http://"} {
		c.Server = address
		if _, err := c.Do(context.Background(), http.MethodGet, "thing", nil, nil); estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("the address %q says %v", address, err)
		}
	}
}
