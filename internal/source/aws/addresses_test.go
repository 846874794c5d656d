package aws_test

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

func file(t *testing.T, text []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// answering starts an API that gives each call the same answer.
func answering(t *testing.T, start func(http.Handler) *httptest.Server, text string) *httptest.Server {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	s := start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }))
	t.Cleanup(s.Close)
	return s
}

const caller = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/audit</Arn>` +
	`<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

func TestAddressesOfOnesOwn(t *testing.T) {
	api := answering(t, httptest.NewTLSServer, caller)
	authority := file(t, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate().Raw}))
	for name, c := range map[string]struct {
		options aws.Options
		code    estate.Code
		words   string
	}{
		"trusted":         {aws.Options{Endpoint: api.URL, CABundle: authority}, "", ""},
		"not trusted":     {aws.Options{Endpoint: api.URL}, estate.CodeUnavailable, "certificate"},
		"no address":      {aws.Options{Endpoint: "localhost"}, estate.CodeInvalid, `"localhost" is no address`},
		"no scheme":       {aws.Options{Endpoint: "localhost:5000"}, estate.CodeInvalid, "is no address"},
		"no bundle":       {aws.Options{Endpoint: api.URL, CABundle: authority + ".no"}, estate.CodeInvalid, "read the CA bundle"},
		"an empty bundle": {aws.Options{Endpoint: api.URL, CABundle: file(t, nil)}, estate.CodeInvalid, "no certificate"},
		"a wrong bundle":  {aws.Options{Endpoint: api.URL, CABundle: file(t, []byte("-----BEGIN NOTHING-----"))}, estate.CodeInvalid, "no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			open, err := aws.Open(t.Context(), c.options)
			if c.code == "" {
				if err != nil || open.Account != "111122223333" {
					t.Errorf("not opened: %v", err)
				}
				return
			}
			if estate.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%q: %v", estate.CodeOf(err), err)
			}
		})
	}
}

func TestAnswersWithoutAnAccountOpenNothing(t *testing.T) {
	for _, text := range []string{"", "{}", "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"} {
		api := answering(t, httptest.NewServer, text)
		if _, err := aws.Open(t.Context(), aws.Options{Endpoint: api.URL}); estate.CodeOf(err) != estate.CodeUnavailable {
			t.Errorf("%q opens a door: %v", text, err)
		}
	}
}
