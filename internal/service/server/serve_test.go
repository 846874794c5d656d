package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/service/server"
)

// certificate writes a certificate for 127.0.0.1 and returns the files.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "stance"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	data, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	pool = x509.NewCertPool()
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: data}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return cert, key, pool
}

func TestItServesOverTLSAndEndsWithStreamsOpen(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	b := open(t, func(s *setup) { s.o = server.Options{Address: "127.0.0.1:0", Certificate: cert, Key: key} })
	p := b.user("a", auth.Viewer, nil, nil)
	ctx, stop := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- b.server.Serve(ctx, func(a string) { address <- a }) }()
	base := "https://" + <-address
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	ask := func(method, path, body, cookie string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		b.must(err)
		r.Header.Set("Content-Type", "application/json")
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: cookie})
		}
		answer, err := client.Do(r)
		b.must(err)
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	answer := ask("POST", "/auth/login", `{"name":"a","password":"`+p.pass+`"}`, "")
	if answer.StatusCode != http.StatusOK || len(answer.Cookies()) != 1 {
		t.Fatalf("signing in: %d %v", answer.StatusCode, answer.Cookies())
	}
	c := answer.Cookies()[0]
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("the cookie is %v with %v", c, answer.Header)
	}
	if got := ask("GET", "/api/v1/stream", "", c.Value).StatusCode; got != http.StatusOK {
		t.Errorf("the stream is answered with %d", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestABrokenCertificateIsSaid(t *testing.T) {
	t.Parallel()
	b := open(t, func(s *setup) {
		s.o = server.Options{Address: "127.0.0.1:0", Certificate: "/nowhere/cert.pem", Key: "/nowhere/key.pem"}
	})
	if err := b.server.Serve(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("it says %v", err)
	}
}
