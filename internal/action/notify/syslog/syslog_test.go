package syslog_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/notifytest"
	"github.com/stance-sec/stance/internal/action/notify/syslog"
)

func TestUDP(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: udp, Answers: []notifytest.Answer{}, Deaf: true, MostBytes: 2048}.Run(t)
}

func TestTCP(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: func(t *testing.T) *notifytest.Double { return tcp(t, false) }, Answers: []notifytest.Answer{}, MostBytes: 8192}.Run(t)
}

func TestTLS(t *testing.T) {
	t.Parallel()
	notifytest.Suite{New: func(t *testing.T) *notifytest.Double { return tcp(t, true) }, Answers: []notifytest.Answer{}, MostBytes: 8192}.Run(t)
}

// collector keeps what came.
type collector struct {
	t    *testing.T
	mu   sync.Mutex
	raw  []string
	came chan struct{}
}

func (c *collector) take(message string) {
	check(c.t, message)
	c.mu.Lock()
	c.raw = append(c.raw, message)
	c.mu.Unlock()
	c.came <- struct{}{}
}

func (c *collector) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.raw...)
}

func (c *collector) double(t *testing.T, config syslog.Config, stop func()) *notifytest.Double {
	t.Helper()
	channel, err := syslog.New("siem", config)
	if err != nil {
		t.Fatal(err)
	}
	return &notifytest.Double{Channel: channel, Set: func(notifytest.Answer) {}, Raw: c.all, Came: c.came, Stop: stop}
}

func udp(t *testing.T) *notifytest.Double {
	t.Helper()
	c := &collector{t: t, came: make(chan struct{}, 1000)}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for buffer := make([]byte, 1<<16); ; {
			n, _, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			c.take(string(buffer[:n]))
		}
	}()
	stop := sync.OnceFunc(func() {
		conn.Close()
		<-done
	})
	t.Cleanup(stop)
	return c.double(t, syslog.Config{Protocol: "udp", Address: conn.LocalAddr().String(), HostName: "stance.example"}, stop)
}

func tcp(t *testing.T, secure bool) *notifytest.Double {
	t.Helper()
	c := &collector{t: t, came: make(chan struct{}, 1000)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config := syslog.Config{Protocol: "tcp", Address: listener.Addr().String(), HostName: "stance.example"}
	if secure {
		web := httptest.NewTLSServer(nil)
		t.Cleanup(web.Close)
		listener = tls.NewListener(listener, web.TLS)
		pool := x509.NewCertPool()
		pool.AddCert(web.Certificate())
		config.Protocol, config.TLS = "tls", &tls.Config{RootCAs: pool}
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { c.serve(conn) })
		}
	})
	stop := sync.OnceFunc(func() {
		listener.Close()
		group.Wait()
	})
	t.Cleanup(stop)
	return c.double(t, config, stop)
}

// serve reads counted messages until the connection ends.
func (c *collector) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	for {
		count, err := r.ReadString(' ')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(count, " "))
		if err != nil || n < 1 || strconv.Itoa(n)+" " != count {
			c.t.Errorf("message length %q", count)
			return
		}
		message := make([]byte, n)
		if _, err := io.ReadFull(r, message); err != nil {
			c.t.Errorf("message of %d octets: %v", n, err)
			return
		}
		c.take(string(message))
	}
}

// form is the grammar of RFC 5424, section 6.
var form = regexp.MustCompile(`^<(\d{1,3})>1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) ([!-~]{1,255}) stance - ([!-~]{1,32}) ` +
	`\[stance@32473((?: [!-<>-\\^-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*")+)\] (\x{feff}.*)$`)

func check(t *testing.T, message string) {
	t.Helper()
	m := form.FindStringSubmatch(message)
	if m == nil {
		t.Errorf("no message of RFC 5424: %.600q", message)
		return
	}
	if pri, err := strconv.Atoi(m[1]); err != nil || pri < 128 || pri > 135 {
		t.Errorf("priority %s", m[1])
	}
	if !utf8.ValidString(message) || strings.ContainsAny(message, "\n\r\x00\x1b\u202e") {
		t.Errorf("message %.300q", message)
	}
	if m[3] != "stance.example" || !strings.HasPrefix(m[5], ` key="`) {
		t.Errorf("host %q, data %.100q", m[3], m[5])
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	d := tcp(t, false)
	a := notifytest.Sample("alert-1", notify.New)
	a.Owner, a.Link, a.Frameworks = `a "b" \ c]`, "", nil
	a.Since, a.Due, a.Message, a.Actor = time.Time{}, time.Time{}, "", ""
	if _, err := d.Channel.Send(t.Context(), &a); err != nil {
		t.Fatal(err)
	}
	<-d.Came
	const want = `<130>1 2027-03-04T05:06:07.000000Z stance.example stance - new [stance@32473 key="alert-1" thread="thread-of-alert-1" kind="new" ` +
		`severity="critical" resource="arn:aws:s3:::invoices" type="aws_s3_bucket" account="111111111111" region="eu-central-1" ` +
		`environment="production" owner="a \"b\" \\ c\]" check="aws-s3-bucket-private" score="91.0"] ` +
		"\ufeff[critical] New: Bucket is readable by everyone: invoices"
	if got := d.Raw()[0]; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []syslog.Config{
		{Protocol: "quic", Address: "a:1"}, {Protocol: "tcp", Address: "a"}, {Protocol: "tcp", Address: ":1"}, {Protocol: "tcp"},
	} {
		if _, err := syslog.New("siem", c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
