package email_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/email"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/estate"
)

func TestStartTLS(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: func(t *testing.T) *notifytest.Double { return double(t, &server{}, email.StartTLS) }, Silent: true, MostBytes: 400_000}.Run(t)
}

func TestImplicitTLS(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: func(t *testing.T) *notifytest.Double {
		return double(t, &server{implicit: true, login: true}, email.Implicit)
	}, Silent: true, MostBytes: 400_000}.Run(t)
}

func double(t *testing.T, s *server, way string) *notifytest.Double {
	t.Helper()
	web := httptest.NewTLSServer(nil)
	t.Cleanup(web.Close)
	pool := x509.NewCertPool()
	if !s.stranger {
		pool.AddCert(web.Certificate())
	}
	seen := map[string]bool{}
	s.t, s.tls, s.came = t, web.TLS, make(chan struct{}, 1000)
	s.take = func(from string, to []string, text string) {
		if from != "stance@example.org" || len(to) != 2 {
			t.Errorf("from %s to %v", from, to)
		}
		seen[check(t, text)] = true
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { s.serve(conn) })
		}
	})
	stop := sync.OnceFunc(func() {
		listener.Close()
		group.Wait()
	})
	t.Cleanup(stop)
	channel, err := email.New("mail", email.Config{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, TLS: way, User: user, Password: notify.NewSecret(password),
		From: "Stance <stance@example.org>", To: []string{"a@example.org", "Bé <b@example.org>"}, Client: &tls.Config{RootCAs: pool},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{
		Channel: channel, Set: s.set, Came: s.came, Stop: stop, Secrets: []string{password},
		Raw: func() []string {
			s.mu.Lock()
			defer s.mu.Unlock()
			return append([]string(nil), s.raw...)
		},
		Shown: func() int {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(seen)
		},
	}
}

// headers are all that a message has, besides those that RFC 5322 and MIME name.
var headers = map[string]bool{
	"Date": true, "From": true, "To": true, "Subject": true, "Message-Id": true, "References": true, "In-Reply-To": true,
	"Auto-Submitted": true, "User-Agent": true, "X-Mailer": true, "Mime-Version": true, "Content-Type": true, "Content-Transfer-Encoding": true,
}

var messageID = regexp.MustCompile(`^<[0-9a-f]{40}@example\.org>$`)

// check checks a message and returns its Message-ID.
func check(t *testing.T, text string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Errorf("%v: %.300q", err, text)
		return ""
	}
	for name, values := range m.Header {
		if !headers[name] || len(values) != 1 {
			t.Errorf("header %s: %.200q", name, values)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || strings.ContainsAny(subject, "\r\n\x00\x1b\u202e") || subject == "" {
		t.Errorf("subject %.200q, %v", subject, err)
	}
	if _, err := m.Header.Date(); err != nil || !messageID.MatchString(m.Header.Get("Message-Id")) || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v, %v", m.Header, err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 2 || to[1].Name != "Bé" {
		t.Errorf("to %v, %v", to, err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Errorf("%s, %v", kind, err)
	}
	parts(t, multipart.NewReader(m.Body, params["boundary"]))
	return m.Header.Get("Message-Id")
}

func parts(t *testing.T, r *multipart.Reader) {
	t.Helper()
	var kinds []string
	for {
		p, err := r.NextRawPart()
		if err != nil {
			break
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		kinds = append(kinds, kind)
		if p.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Errorf("part %v", p.Header)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || strings.ContainsAny(string(body), "\x00\x1b\u202e") {
			t.Errorf("part %.200q, %v", body, err)
		}
		if kind == "text/html" {
			harmless(t, string(body))
		}
	}
	if strings.Join(kinds, " ") != "text/plain text/html" {
		t.Errorf("parts %v", kinds)
	}
}

// markup is all that the page is made of.
var markup = regexp.MustCompile(`</?(html|head|body|h2|p|table|tr|th|td|b|ul|li)( style="[a-z0-9:;. -]*")?>|<!DOCTYPE html>|<meta charset="utf-8">|<a href="https?://[^"<> ]*">|</a>`)

func harmless(t *testing.T, page string) {
	t.Helper()
	if rest := markup.ReplaceAllString(page, ""); strings.ContainsAny(rest, "<>") {
		t.Errorf("markup gets through: %.300q", rest)
	}
}

func TestAServerWithoutSTARTTLSGetsNothing(t *testing.T) {
	t.Parallel()
	d := double(t, &server{noTLS: true}, email.StartTLS)
	a := notifytest.Sample("one", notify.New)
	_, err := d.Channel.Send(t.Context(), &a)
	if estate.CodeOf(err) != estate.CodeUnsupported || len(d.Raw()) > 0 {
		t.Errorf("%v, %d messages", err, len(d.Raw()))
	}
}

func TestAForeignCertificateGetsNothing(t *testing.T) {
	t.Parallel()
	d := double(t, &server{stranger: true}, email.StartTLS)
	a := notifytest.Sample("one", notify.New)
	_, err := d.Channel.Send(t.Context(), &a)
	if _, again := notify.Later(err); !again || len(d.Raw()) > 0 {
		t.Errorf("%v, %d messages", err, len(d.Raw()))
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := email.Config{Host: "mail.example", From: "a@example.org", To: []string{"b@example.org"}}
	if _, err := email.New("mail", good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*email.Config){
		"host": func(c *email.Config) { c.Host = "" }, "tls": func(c *email.Config) { c.TLS = "maybe" },
		"from": func(c *email.Config) { c.From = "nobody" }, "no to": func(c *email.Config) { c.To = nil },
		"to":       func(c *email.Config) { c.To = []string{"a@b\r\nDATA"} },
		"unicode":  func(c *email.Config) { c.To = []string{"ä@example.org"} },
		"password": func(c *email.Config) { c.TLS, c.User = email.None, "u" },
	} {
		c := good
		change(&c)
		if _, err := email.New("mail", c); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
