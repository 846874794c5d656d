// Package email delivers alerts as mail over SMTP (RFC 5321), with STARTTLS or TLS from
// the first byte.
//
// The Message-ID is made of the alert's key, so that a mailbox that honours it shows an
// alert once; References holds the thread, so that mail programs show together what is
// about the same thing. Either all recipients get a message or none: one that the server
// refuses fails the delivery.
package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// The ways to protect the connection.
const (
	StartTLS = "starttls" // required: the delivery fails where the server offers none
	Implicit = "implicit" // TLS from the first byte
	None     = "none"     // no protection, and no password
)

// mostRecipients bounds how many get one message: servers take a hundred at least.
const mostRecipients = 100

// Config says where alerts go.
type Config struct {
	// Host is the server's name, which its certificate has to hold.
	Host string
	// Port is 587, 465 or 25, as TLS has it, when it is 0.
	Port int
	// TLS is one of the ways; StartTLS when it is empty.
	TLS string
	// User and Password are both empty where the server asks for none.
	User     string
	Password notify.Secret
	// From and To are addresses, with or without a name.
	From string
	To   []string
	// Client is nil but for tests.
	Client *tls.Config
}

// Channel is a list of recipients behind a server.
type Channel struct {
	name    string
	config  Config
	from    *mail.Address
	to      []*mail.Address
	helo    string
	secrets []notify.Secret
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	ports := map[string]int{StartTLS: 587, Implicit: 465, None: 25}
	if c.TLS == "" {
		c.TLS = StartTLS
	}
	if c.Port == 0 {
		c.Port = ports[c.TLS]
	}
	if ports[c.TLS] == 0 || c.Host == "" {
		return nil, estate.Errorf(estate.CodeInvalid, "check the server", "host %q, tls %q", c.Host, c.TLS)
	}
	if c.TLS == None && c.User != "" {
		return nil, estate.Errorf(estate.CodeInvalid, "check tls", "a password is not sent without TLS")
	}
	from, err := address(c.From)
	if err != nil {
		return nil, err
	}
	ch := &Channel{name: name, config: c, from: from, helo: "localhost"}
	if len(c.To) == 0 || len(c.To) > mostRecipients {
		return nil, estate.Errorf(estate.CodeInvalid, "check to", "%d recipients, not 1 to %d", len(c.To), mostRecipients)
	}
	for _, text := range c.To {
		to, err := address(text)
		if err != nil {
			return nil, err
		}
		ch.to = append(ch.to, to)
	}
	if own, err := os.Hostname(); err == nil && !strings.ContainsFunc(own, notInHost) {
		ch.helo = own
	}
	password := c.Password.Reveal()
	for _, form := range []string{password, encoded("\x00" + c.User + "\x00" + password), encoded(password)} {
		ch.secrets = append(ch.secrets, notify.NewSecret(form))
	}
	return ch, nil
}

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func notInHost(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
}

// address reads an address that a server without SMTPUTF8 takes.
func address(text string) (*mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || strings.ContainsFunc(a.Address, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, estate.Errorf(estate.CodeInvalid, "check the address", "%q is no address of mail", text)
	}
	return a, nil
}

// Send sends the message to all recipients. The receipt's id is the Message-ID.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	m, err := c.message(a, time.Now())
	if err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "write the mail", "%w", err)
	}
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeInternal, "write the mail", "%w", err)
	}
	if err := c.deliver(ctx, text.Bytes()); err != nil {
		return notify.Receipt{}, c.failed(err)
	}
	return notify.Receipt{ID: m.GetMessageID()}, nil
}

// message returns the mail. The time stands for one that the alert does not have.
func (c *Channel) message(a *notify.Alert, now time.Time) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.FromFormat(c.from.Name, c.from.Address); err != nil {
		return nil, err
	}
	for _, to := range c.to {
		if err := m.AddToFormat(to.Name, to.Address); err != nil {
			return nil, err
		}
	}
	at := a.At
	if at.IsZero() {
		at = now
	}
	domain := c.from.Address[strings.LastIndexByte(c.from.Address, '@')+1:]
	thread := "<" + notify.Hash(a.ThreadKey(), 40) + ".thread@" + domain + ">"
	m.SetDateWithValue(at)
	m.SetMessageIDWithValue(notify.Hash(a.Key, 40) + "@" + domain)
	m.SetGenHeader("References", thread)
	m.SetGenHeader("In-Reply-To", thread)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetUserAgent("Stance")
	m.Subject(a.Subject(mostSubject))
	m.SetBodyString(gomail.TypeTextPlain, a.Plain(mostPlain, mostItems))
	m.AddAlternativeString(gomail.TypeTextHTML, page(a))
	return m, nil
}

// The lengths of parts, in characters.
const (
	mostSubject = 200
	mostPlain   = 40_000
	mostItems   = 100
)

// known reports whether the server offers a way to authenticate.
func known(offered, way string) bool { return slices.Contains(strings.Fields(offered), way) }
