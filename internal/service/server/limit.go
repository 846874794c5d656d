package server

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
)

// How many requests a second are answered, and how many at once on top: of an address,
// behind which many people may sit, and of a user.
const (
	addressRate, addressBurst = 100, 400
	userRate, userBurst       = 40, 200
	mostLimiters              = 50_000
)

// limits counts requests by who makes them.
type limits struct {
	now func() time.Time

	mu   sync.Mutex
	by   map[string]*rate.Limiter
	last map[string]*rate.Limiter // those of the generation before
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, by: map[string]*rate.Limiter{}}
}

// allow reports whether one more request is within the limit. When there are too many to
// remember, those that were not seen for longest are forgotten.
func (l *limits) allow(who string, perSecond rate.Limit, burst int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter := l.by[who]
	if limiter == nil {
		if limiter = l.last[who]; limiter == nil {
			limiter = rate.NewLimiter(perSecond, burst)
		}
		if len(l.by) >= mostLimiters {
			l.by, l.last = map[string]*rate.Limiter{}, l.by
		}
		l.by[who] = limiter
	}
	return limiter.AllowN(l.now(), 1)
}

// flooded limits what comes from an address.
func (s *Server) flooded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.limits.allow("a\x00"+auth.RequestOf(r.Context()).Address, addressRate, addressBurst) {
			s.refuse(w, r, tooMany())
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limited limits what a user asks for.
func (s *Server) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := auth.CallerOf(r.Context()).User; user != "" && !s.limits.allow("u\x00"+user, userRate, userBurst) {
			s.refuse(w, r, tooMany())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func tooMany() error {
	return estate.Errorf(estate.CodeThrottled, "answer", "there are too many requests").WithHint("wait some seconds")
}
