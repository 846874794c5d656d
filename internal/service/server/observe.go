package server

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
)

// seen is an answer with what is remembered of it.
type seen struct {
	http.ResponseWriter
	status int
	bytes  int64
	user   string
}

// WriteHeader implements http.ResponseWriter.
func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (s *seen) Write(data []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(data)
	s.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what flushes.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// route returns the template of a request's address: its own text may hold anything.
func (s *Server) route(r *http.Request) string {
	_, pattern := s.mux.Handler(r)
	if _, address, ok := strings.Cut(pattern, " "); ok {
		pattern = address
	}
	if slices.Contains(elsewhere(), pattern) && strings.HasSuffix(pattern, "/") {
		return "unknown"
	}
	return pattern
}

// observed logs, measures and traces requests, and answers for those that panic.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, route, request := s.d.Now(), s.route(r), auth.RequestOf(r.Context())
		method := methodOf(r.Method)
		ctx, span := s.d.Tracer.Start(r.Context(), method+" "+route, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.request.method", method), attribute.String("http.route", route), attribute.String("stance.request", request.ID)))
		answer := &seen{ResponseWriter: w}
		finished := false
		defer func() {
			cut := !finished && answer.bytes > 0
			if !finished {
				s.panicked(answer, r, recover())
			}
			if answer.status == 0 {
				answer.status = http.StatusOK
			}
			took := s.d.Now().Sub(began)
			s.metrics.seen(route, method, answer.status, took)
			span.SetAttributes(attribute.Int("http.response.status_code", answer.status))
			if answer.status >= http.StatusInternalServerError {
				span.SetStatus(codes.Error, http.StatusText(answer.status))
			}
			span.End()
			s.d.Logger.InfoContext(ctx, "request", "request", request.ID, "method", method, "route", route, "status", answer.status,
				"bytes", answer.bytes, "took", took, "address", request.Address, "user", answer.user)
			if cut {
				panic(http.ErrAbortHandler) // so that nobody takes a part for the whole
			}
		}()
		next.ServeHTTP(answer, r.WithContext(ctx))
		finished = true
	})
}

// panicked answers for a request that ended in a defect.
func (s *Server) panicked(w *seen, r *http.Request, cause any) {
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		return
	}
	s.d.Logger.ErrorContext(r.Context(), "request panicked", "request", auth.RequestOf(r.Context()).ID, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if w.status == 0 {
		s.refuse(w, r, estate.Errorf(estate.CodeInternal, "answer", "a defect"))
	}
}

// methodOf returns a method, or OTHER for one that nobody knows, so that nobody fills the
// metrics with inventions.
func methodOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	default:
		return "OTHER"
	}
}
