package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/auth"
)

// routes registers what is no operation.
func (s *Server) routes() error {
	document, err := s.api.Document()
	if err != nil {
		return err
	}
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok\n") })
	s.mux.HandleFunc("GET /readyz", s.ready)
	s.mux.HandleFunc("GET /metrics", s.scrape)
	s.mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document)
	})
	for _, pattern := range elsewhere() {
		s.mux.HandleFunc(pattern, s.unknown)
	}
	s.mux.Handle("/", s.static())
	return nil
}

// elsewhere are the patterns of addresses that nothing answers. The dashboard has none of
// them.
func elsewhere() []string { return []string{"/api/", "/auth/", "/healthz", "/readyz", "/metrics"} }

// unknown says that there is nothing, or nothing for this method.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/" && !slices.Contains(elsewhere(), pattern) {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		s.refuse(w, r, estate.Errorf(estate.CodeNotFound, "answer "+r.Method, "there is nothing at this address").WithHint("see /api/openapi.json"))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	problem := api.ProblemOf(r.Context(), estate.Errorf(estate.CodeInvalid, "answer "+r.Method, "this address takes %s", strings.Join(allowed, ", ")))
	problem.Status, problem.Title = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
	writeProblem(w, problem)
}

// ready says whether the database answers.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	const enough = 2 * time.Second
	ctx, cancel := context.WithTimeout(r.Context(), enough)
	defer cancel()
	if err := s.d.API.Store.Ping(ctx); err != nil {
		s.d.Logger.WarnContext(ctx, "not ready", "error", err)
		text(w, http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	text(w, http.StatusOK, "ready\n")
}

// scrape answers with metrics, to who is signed in and sees everything, unless they are
// open.
func (s *Server) scrape(w http.ResponseWriter, r *http.Request) {
	if caller := auth.CallerOf(r.Context()); !s.o.OpenMetrics && (caller.Role == auth.Nobody || !caller.See.Everything()) {
		s.refuse(w, r, estate.Errorf(estate.CodeUnauthorized, "read metrics", "that takes an API token of who sees everything"))
		return
	}
	s.metrics.handler.ServeHTTP(w, r)
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// refuse answers with a problem.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	problem := api.ProblemOf(r.Context(), err)
	if problem.Status >= http.StatusInternalServerError {
		s.d.Logger.ErrorContext(r.Context(), "request failed", "request", problem.Request, "error", err)
	}
	writeProblem(w, problem)
}

func writeProblem(w http.ResponseWriter, problem *api.Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	switch problem.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "5")
	default:
	}
	w.WriteHeader(problem.Status)
	_ = json.NewEncoder(w).Encode(problem)
}
