package email_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stance-sec/stance/internal/action/notify/notifytest"
)

const (
	user     = "stance"
	password = "passwordOfTheMailbox"
)

// server is a mail server that takes nothing that RFC 5321 does not have.
type server struct {
	t        *testing.T
	tls      *tls.Config
	implicit bool
	noTLS    bool
	login    bool
	stranger bool // its certificate is unknown
	mu       sync.Mutex
	answer   notifytest.Answer
	raw      []string
	came     chan struct{}
	take     func(from string, to []string, text string)
}

func (s *server) set(a notifytest.Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = a
}

func (s *server) now() notifytest.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer
}

// session is one connection.
type session struct {
	*server
	conn   net.Conn
	r      *bufio.Reader
	secure bool
	known  bool
	from   string
	to     []string
}

func (s *server) serve(conn net.Conn) {
	if s.implicit {
		conn = tls.Server(conn, s.tls)
	}
	c := &session{server: s, conn: conn, r: bufio.NewReader(conn), secure: s.implicit}
	defer func() { c.conn.Close() }()
	switch s.now() {
	case notifytest.Break:
		return
	case notifytest.Throttle:
		s.came <- struct{}{}
		c.say("421 4.7.0 slow down, " + password)
		return
	case notifytest.Hang:
		c.line() // the client waits for a greeting; this returns when it has gone
		return
	}
	c.say("220 mail.example ESMTP")
	for {
		line, ok := c.line()
		if !ok || !c.command(line) {
			return
		}
	}
}

func (c *session) say(lines ...string) {
	for _, line := range lines {
		_, _ = fmt.Fprintf(c.conn, "%s\r\n", line)
	}
}

// line reads a line. A bare line feed is an error.
func (c *session) line() (string, bool) {
	if c.now() == notifytest.Hang {
		select {
		case c.came <- struct{}{}:
		default:
		}
	}
	line, err := c.r.ReadString('\n')
	if err != nil {
		return "", false
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	if !ok || strings.ContainsAny(text, "\r\x00") || len(line) > 1000 {
		c.t.Errorf("a line of %d bytes: %.200q", len(line), line)
	}
	return text, true
}

func (c *session) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO":
		lines := []string{"250-mail.example"}
		if !c.secure && !c.noTLS {
			lines = append(lines, "250-STARTTLS")
		}
		if c.secure {
			lines = append(lines, map[bool]string{true: "250-AUTH LOGIN XOAUTH2", false: "250-AUTH PLAIN LOGIN"}[c.login])
		}
		c.say(append(lines, "250 8BITMIME")...)
	case "STARTTLS":
		c.say("220 go")
		c.conn = tls.Server(c.conn, c.tls)
		c.r, c.secure = bufio.NewReader(c.conn), true
	case "AUTH":
		c.auth(rest)
	case "MAIL", "RCPT":
		c.envelope(line)
	case "DATA":
		return c.data()
	case "*": // the client gives up on a way to authenticate
		c.say("501 5.7.0 cancelled")
	case "QUIT":
		c.say("221 bye")
		return false
	default:
		c.t.Errorf("command %q", line)
		c.say("500 no")
	}
	return true
}

func (c *session) auth(rest string) {
	if !c.secure {
		c.t.Error("a password without TLS")
	}
	way, first, _ := strings.Cut(rest, " ")
	read := func(prompt string) string {
		c.say("334 " + base64.StdEncoding.EncodeToString([]byte(prompt)))
		line, _ := c.line()
		text, _ := base64.StdEncoding.DecodeString(line)
		return string(text)
	}
	switch way {
	case "PLAIN":
		text, err := base64.StdEncoding.DecodeString(first)
		c.known = err == nil && string(text) == "\x00"+user+"\x00"+password
	case "LOGIN":
		c.known = read("Username:") == user && read("Password:") == password
	}
	if c.now() == notifytest.Deny {
		c.say("535 5.7.8 " + password + " is wrong " + rest)
		c.known = false
		return
	}
	if !c.known {
		c.t.Errorf("AUTH %s", rest)
	}
	c.say("235 welcome")
}

func (c *session) envelope(line string) {
	switch {
	case strings.HasPrefix(line, "MAIL FROM:<stance@example.org>"):
		c.from, c.to = "stance@example.org", nil
		if c.now() == notifytest.Fail {
			c.say("451 4.3.0 broken " + password)
			return
		}
	case strings.HasPrefix(line, "RCPT TO:<") && strings.HasSuffix(line, "@example.org>"):
		if c.now() == notifytest.Refuse {
			c.say("550 5.1.1 nobody of that name")
			return
		}
		c.to = append(c.to, strings.TrimSuffix(strings.TrimPrefix(line, "RCPT TO:<"), ">"))
	default:
		c.t.Errorf("envelope %q", line)
	}
	c.say("250 ok")
}

func (c *session) data() bool {
	c.say("354 go")
	var text strings.Builder
	for {
		line, ok := c.line()
		if !ok {
			return false
		}
		if line == "." {
			break
		}
		text.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
	}
	c.mu.Lock()
	c.raw = append(c.raw, text.String())
	c.take(c.from, c.to, text.String())
	c.mu.Unlock()
	c.came <- struct{}{}
	c.say("250 2.0.0 queued")
	return true
}
