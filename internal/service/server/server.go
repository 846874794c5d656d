package server

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
)

// DefaultAddress is where a server listens when it is not told.
const DefaultAddress = "127.0.0.1:8642"

// Dependencies is what a server is made of.
type Dependencies struct {
	// API is what the operations ask; its Done is set by the server.
	API  api.Dependencies
	Auth *auth.Service
	// Static holds the dashboard: index.html and what it loads; nil for none. Beside a file
	// may lie one with .gz at its end.
	Static fs.FS
	Logger *slog.Logger
	// Tracer makes a span for each request; nil for none.
	Tracer trace.Tracer
	// Depths returns how many jobs wait by queue, for metrics; nil when nobody knows.
	Depths func(ctx context.Context) (map[string]int, error)
	Now    func() time.Time
}

// Options say how to listen.
type Options struct {
	// Address is host:port; empty for DefaultAddress.
	Address string
	// Certificate and Key are files of PEM. They are read again when they change.
	Certificate, Key string
	// Insecure allows plain HTTP beyond loopback.
	Insecure bool
	// Proxies are the networks of reverse proxies whose word on the peer's address and on
	// TLS is taken.
	Proxies []netip.Prefix
	// OpenMetrics lets everyone read /metrics, who else needs to be signed in.
	OpenMetrics bool
	// Grace is how long requests may take to end when the server does; 0 means 10 seconds.
	Grace time.Duration
}

// Server answers requests. It may be used concurrently.
type Server struct {
	d       Dependencies
	o       Options
	api     *api.API
	mux     *http.ServeMux
	handler http.Handler
	metrics *metrics
	limits  *limits
	done    chan struct{}
	end     sync.Once
}

// New returns a server, which does not listen yet.
func New(d Dependencies, o Options) (*Server, error) {
	o.Address, o.Grace = cmp.Or(o.Address, DefaultAddress), cmp.Or(o.Grace, 10*time.Second)
	if d.Tracer == nil {
		d.Tracer = noop.NewTracerProvider().Tracer("")
	}
	if err := safe(o); err != nil {
		return nil, err
	}
	s := &Server{d: d, o: o, mux: http.NewServeMux(), limits: newLimits(d.Now), done: make(chan struct{})}
	s.metrics = newMetrics(s)
	d.API.Auth, d.API.Done = d.Auth, s.done
	s.api = api.New(s.mux, d.API)
	if err := s.routes(); err != nil {
		return nil, err
	}
	s.handler = s.chain()
	return s, nil
}

// safe refuses to send passwords over a network in the clear.
func safe(o Options) error {
	const op = "listen on "
	host, _, err := net.SplitHostPort(o.Address)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, op+o.Address, "%w", err).WithHint("give HOST:PORT, such as " + DefaultAddress)
	}
	if (o.Certificate == "") != (o.Key == "") {
		return estate.Errorf(estate.CodeInvalid, op+o.Address, "TLS takes a certificate and a key")
	}
	if o.Certificate != "" || o.Insecure || loopback(host) {
		return nil
	}
	return estate.Errorf(estate.CodeInvalid, op+o.Address, "others could read what is sent in the clear").
		WithHint("give a certificate and a key, or say that a proxy sees to TLS with --insecure-http")
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// API returns the operations.
func (s *Server) API() *api.API { return s.api }

// Handler returns what answers requests.
func (s *Server) Handler() http.Handler { return s.handler }

// How long a client may take to send a request, and the server to answer. Streams lift
// the last for themselves.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	mostHeader    = 32 << 10
)

// Serve listens until the context ends, then lets requests come to their end. Ready is
// called with the address when it listens; it may be nil.
func (s *Server) Serve(ctx context.Context, ready func(address string)) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.o.Address)
	if err != nil {
		return estate.Errorf(estate.CodeIO, "listen on "+s.o.Address, "%w", err)
	}
	h := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(s.d.Logger.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	if s.o.Certificate != "" {
		if h.TLSConfig, err = tlsConfig(s.o.Certificate, s.o.Key); err != nil {
			return errors.Join(err, listener.Close())
		}
		go func() { failed <- h.ServeTLS(listener, "", "") }()
	} else {
		go func() { failed <- h.Serve(listener) }()
	}
	if ready != nil {
		ready(listener.Addr().String())
	}
	select {
	case err := <-failed:
		return estate.Errorf(estate.CodeIO, "listen on "+s.o.Address, "%w", err)
	case <-ctx.Done():
	}
	s.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.o.Grace)
	defer cancel()
	if err := h.Shutdown(last); err != nil {
		return errors.Join(h.Close())
	}
	return nil
}

// Close ends streams, so that a server can end.
func (s *Server) Close() { s.end.Do(func() { close(s.done) }) }
