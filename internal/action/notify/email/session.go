package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// timeout bounds a whole delivery.
const timeout = time.Minute

// errUnprotected says that the server cannot do what is required.
var errUnprotected = errors.New("the server offers no STARTTLS")

// errNoLogin says that there is no common way to authenticate.
var errNoLogin = errors.New("the server offers neither AUTH PLAIN nor AUTH LOGIN")

// deliver hands the text of a mail to the server. It is delivered when the server has said
// so; what goes wrong afterwards does not count.
func (c *Channel) deliver(ctx context.Context, text []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	conn, err := c.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	s, err := smtp.NewClient(conn, c.config.Host)
	if err != nil {
		return err
	}
	if err := c.open(s); err != nil {
		return err
	}
	if err := c.hand(s, text); err != nil {
		return err
	}
	_ = s.Quit()
	return nil
}

func (c *Channel) tlsConfig() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.config.Client != nil {
		config = c.config.Client.Clone()
	}
	config.ServerName = c.config.Host
	return config
}

func (c *Channel) dial(ctx context.Context) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: timeout}
	at := net.JoinHostPort(c.config.Host, strconv.Itoa(c.config.Port))
	if c.config.TLS == Implicit {
		return (&tls.Dialer{NetDialer: dialer, Config: c.tlsConfig()}).DialContext(ctx, "tcp", at)
	}
	return dialer.DialContext(ctx, "tcp", at)
}

// open greets the server, turns on TLS and authenticates.
func (c *Channel) open(s *smtp.Client) error {
	if err := s.Hello(c.helo); err != nil {
		return err
	}
	if c.config.TLS == StartTLS {
		if offered, _ := s.Extension("STARTTLS"); !offered {
			return errUnprotected
		}
		if err := s.StartTLS(c.tlsConfig()); err != nil {
			return err
		}
	}
	if c.config.User == "" {
		return nil
	}
	_, offered := s.Extension("AUTH")
	password := c.config.Password.Reveal()
	switch {
	case known(offered, "PLAIN"):
		return s.Auth(smtp.PlainAuth("", c.config.User, password, c.config.Host, false))
	case known(offered, "LOGIN"):
		return s.Auth(smtp.LoginAuth(c.config.User, password, c.config.Host, false))
	}
	return errNoLogin
}

// hand gives the server the envelope and the text.
func (c *Channel) hand(s *smtp.Client, text []byte) error {
	if err := s.Mail("<" + c.from.Address + ">"); err != nil {
		return err
	}
	for _, to := range c.to {
		if err := s.Rcpt("<" + to.Address + ">"); err != nil {
			return err
		}
	}
	w, err := s.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// failed returns the error with its code, without the password.
func (c *Channel) failed(err error) error {
	code := estate.CodeUnavailable
	var said *textproto.Error
	switch {
	case errors.Is(err, errUnprotected) || errors.Is(err, errNoLogin):
		code = estate.CodeUnsupported
	case errors.As(err, &said) && (said.Code == 530 || said.Code == 534 || said.Code == 535 || said.Code == 538):
		code = estate.CodeUnauthorized
	case errors.As(err, &said) && said.Code >= 500:
		code = estate.CodeInvalid
	}
	text := notify.Line(notify.Redact(err.Error(), c.secrets...), mostSubject)
	return estate.Errorf(code, "channel "+c.name+": send the mail", "%s", text)
}
