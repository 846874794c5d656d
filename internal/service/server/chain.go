package server

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
)

// chain puts what every request passes around the routes, the outermost last.
func (s *Server) chain() http.Handler {
	var h http.Handler = s.mux
	for _, around := range []func(http.Handler) http.Handler{s.forged, s.limited, s.known, s.crossed, s.sized, s.flooded, s.headed, s.observed, s.identified} {
		h = around(h)
	}
	return h
}

// identified gives the request an id and finds out where it comes from.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := auth.Request{ID: strings.ToLower(rand.Text()[:16]), Secure: r.TLS != nil}
		request.Address, request.Secure = s.peer(r)
		w.Header().Set("X-Request-Id", request.ID)
		ctx := api.WithReporter(auth.WithRequest(r.Context(), request), func(err error) {
			if err != nil {
				s.d.Logger.ErrorContext(r.Context(), "request failed", "request", request.ID, "error", err)
			}
		})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// peer returns who sent a request, and whether over TLS. What a trusted proxy says counts;
// of a chain of addresses the last that is no proxy.
func (s *Server) peer(r *http.Request) (address string, secure bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if !s.isProxy(host) {
		return host, r.TLS != nil
	}
	secure = r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := strings.TrimSpace(hops[i])
		ip, err := netip.ParseAddr(hop)
		if err != nil {
			break
		}
		if host = ip.Unmap().String(); !s.isProxy(host) {
			break
		}
	}
	return host, secure
}

func (s *Server) isProxy(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range s.o.Proxies {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// policy is what the dashboard may load: what this server has, nothing in line.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// headed sets the headers that every answer has.
func (s *Server) headed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		if auth.RequestOf(r.Context()).Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// mostBody is how long the body of a request may be.
const mostBody = 512 << 10

func (s *Server) sized(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, mostBody)
		next.ServeHTTP(w, r)
	})
}

// crossed refuses writing requests that a page of another origin had a browser make.
func (s *Server) crossed(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := protection.Check(r); err != nil {
			s.refuse(w, r, estate.Errorf(estate.CodeDenied, "answer "+r.Method, "the request comes from a page of another origin"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// known finds out who asks.
func (s *Server) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !asks(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		caller, fresh, err := s.d.Auth.Authenticate(r.Context(), r)
		secure := auth.RequestOf(r.Context()).Secure
		switch {
		case estate.CodeOf(err) == estate.CodeUnauthorized && strings.HasPrefix(r.URL.Path, "/auth/"):
			cookie := auth.ClearCookie(auth.SessionCookie, secure)
			http.SetCookie(w, &cookie)
		case err != nil:
			s.refuse(w, r, err)
			return
		case fresh != nil:
			cookie := fresh.SetCookie(secure)
			http.SetCookie(w, &cookie)
		}
		if seen, ok := w.(*seen); ok {
			seen.user = caller.User
		}
		next.ServeHTTP(w, r.WithContext(auth.WithCaller(r.Context(), caller)))
	})
}

// asks reports whether it matters who asks for a path.
func asks(path string) bool {
	return strings.HasPrefix(path, "/api/v1/") || strings.HasPrefix(path, "/auth/") || path == "/metrics"
}

// forged refuses writing requests of a session without its CSRF token. Signing in needs
// none: there may be no session yet, and what it opens is a new one.
func (s *Server) forged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := auth.CallerOf(r.Context())
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
		if reads || caller.Kind != auth.KindSession || r.URL.Path == "/auth/login" ||
			subtle.ConstantTimeCompare([]byte(r.Header.Get("X-CSRF-Token")), []byte(caller.CSRF)) == 1 {
			next.ServeHTTP(w, r)
			return
		}
		s.refuse(w, r, estate.Errorf(estate.CodeDenied, "answer "+r.Method, "the header X-CSRF-Token is missing or wrong").
			WithHint("it holds csrf of /auth/session"))
	})
}
