// Package syslog delivers alerts to a collector of logs.
//
// It writes RFC 5424 with structured data, over UDP (RFC 5426), TCP with counted octets
// (RFC 6587, section 3.4.1) or TLS (RFC 5425). None of them confirms a message: over TCP
// and TLS an attempt fails when the collector cannot be reached or resets the connection
// before it is closed, over UDP hardly ever.
package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	// timeout bounds the connection and the writing.
	timeout = 30 * time.Second
	// farewell is how long the collector has to close, or reset, the connection.
	farewell = 2 * time.Second
	// mostUDP and mostTCP are what a collector should take, in bytes.
	mostUDP = 2048
	mostTCP = 8192
)

// Config says where alerts go.
type Config struct {
	// Protocol is udp, tcp or tls.
	Protocol string
	// Address is host:port.
	Address string
	// HostName is what the messages name as their origin; that of the machine when empty.
	HostName string
	// TLS is nil but for tests.
	TLS *tls.Config
}

// Channel is a collector. Every message has a connection of its own.
type Channel struct {
	name     string
	config   Config
	hostName string
}

// New returns the channel of the name. It opens nothing.
func New(name string, c Config) (*Channel, error) {
	if !slices.Contains([]string{"udp", "tcp", "tls"}, c.Protocol) {
		return nil, estate.Errorf(estate.CodeInvalid, "check protocol", "%q is none of udp, tcp, tls", c.Protocol)
	}
	if host, port, err := net.SplitHostPort(c.Address); err != nil || host == "" || port == "" {
		return nil, estate.Errorf(estate.CodeInvalid, "check address", "%q is not host:port", c.Address)
	}
	if c.HostName == "" {
		if own, err := os.Hostname(); err == nil {
			c.HostName = own
		}
	}
	return &Channel{name, c, token(c.HostName, 255)}, nil
}

// Send writes the message. The receipt is empty: nothing comes back.
func (c *Channel) Send(ctx context.Context, a *notify.Alert) (notify.Receipt, error) {
	if err := c.write(ctx, c.frame(a)); err != nil {
		return notify.Receipt{}, estate.Errorf(estate.CodeUnavailable, "channel "+c.name+": write the message", "%w", err)
	}
	return notify.Receipt{}, nil
}

// frame returns the message as the transport wants it.
func (c *Channel) frame(a *notify.Alert) []byte {
	if c.config.Protocol == "udp" {
		return []byte(encode(a, c.hostName, mostUDP))
	}
	message := encode(a, c.hostName, mostTCP)
	return []byte(strconv.Itoa(len(message)) + " " + message)
}

func (c *Channel) dial(ctx context.Context) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: timeout}
	if c.config.Protocol == "tls" {
		config := c.config.TLS
		if config == nil {
			config = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		return (&tls.Dialer{NetDialer: dialer, Config: config}).DialContext(ctx, "tcp", c.config.Address)
	}
	return dialer.DialContext(ctx, c.config.Protocol, c.config.Address)
}

func (c *Channel) write(ctx context.Context, frame []byte) error {
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
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	return part(conn)
}

// part ends a connection and waits a little for the other side to do so: a reset says that
// it did not read all.
func part(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil // UDP
	}
	if err := half.CloseWrite(); err != nil {
		return err
	}
	if err := conn.SetReadDeadline(time.Now().Add(farewell)); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, io.LimitReader(conn, 1<<16))
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return nil
	}
	return err
}

// token returns the text as a field of the header: printable ASCII without space, "-" when
// nothing of it is left.
func token(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r
		}
		return -1
	}, text[:min(len(text), most)])
	if text == "" {
		return "-"
	}
	return text
}
