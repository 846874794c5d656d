package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
)

const problemType = "application/problem+json"

// Problem is an error as clients see it: RFC 9457 with Stance's code, the next step, and
// the id of the request.
type Problem struct {
	Status int    `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail,omitempty"`
	Code   string `json:"code"`
	// Hint is the next step for a person.
	Hint    string `json:"hint,omitempty"`
	Request string `json:"request,omitempty"`
	// Errors say what is wrong with which part of the request.
	Errors []Fault `json:"errors,omitempty"`
}

// Fault is what is wrong with one part of a request.
type Fault struct {
	// Location such as query.limit or body.expires.
	Location string `json:"location,omitempty"`
	Message  string `json:"message"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// statusOf returns the status for a code.
func statusOf(code estate.Code) int {
	switch code {
	case estate.CodeInvalid:
		return http.StatusBadRequest
	case estate.CodeUnauthorized:
		return http.StatusUnauthorized
	case estate.CodeDenied:
		return http.StatusForbidden
	case estate.CodeNotFound:
		return http.StatusNotFound
	case estate.CodeGone:
		return http.StatusConflict
	case estate.CodeNotEnabled, estate.CodeUnsupported:
		return http.StatusNotImplemented
	case estate.CodeThrottled:
		return http.StatusTooManyRequests
	case estate.CodeUnavailable, estate.CodeIO:
		return http.StatusServiceUnavailable
	case estate.CodeInternal:
		return http.StatusInternalServerError
	default:
		return http.StatusInternalServerError
	}
}

// ProblemOf makes the answer for an error. Causes that only operators may read are left
// out; they are in the log under the id of the request.
func ProblemOf(ctx context.Context, err error) *Problem {
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	code := estate.CodeOf(err)
	p := &Problem{Status: statusOf(code), Code: string(code), Hint: estate.HintOf(err), Request: auth.RequestOf(ctx).ID}
	p.Title = http.StatusText(p.Status)
	switch code {
	case estate.CodeIO, estate.CodeInternal:
		p.Detail = "the server could not do this; its log says why under the id of this request"
	default:
		p.Detail = err.Error()
	}
	return p
}

// problemOf makes the answer and has the cause logged.
func problemOf(ctx context.Context, err error) *Problem {
	p := ProblemOf(ctx, err)
	if p.Status >= http.StatusInternalServerError {
		report(ctx, err)
	}
	return p
}

type reporterKey struct{}

// WithReporter returns a context in which errors that are not shown are handed to told.
func WithReporter(ctx context.Context, told func(error)) context.Context {
	return context.WithValue(ctx, reporterKey{}, told)
}

func report(ctx context.Context, err error) {
	if told, ok := ctx.Value(reporterKey{}).(func(error)); ok {
		told(err)
	}
}

// problems turns huma's errors, which are about the form of requests, into problems.
func problems(ctx huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := &Problem{Status: e.Status, Title: http.StatusText(e.Status), Detail: e.Detail, Code: string(estate.CodeInvalid), Request: auth.RequestOf(ctx.Context()).ID}
	if e.Status >= http.StatusInternalServerError {
		p.Code, p.Detail = string(estate.CodeInternal), "the server could not do this"
		return p, nil
	}
	for _, d := range e.Errors {
		p.Errors = append(p.Errors, Fault{Location: d.Location, Message: d.Message})
	}
	return p, nil
}

// writeProblem writes a problem from a middleware.
func writeProblem(ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", problemType)
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", "Bearer")
	}
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p)
}

// invalid is an error about the request.
func invalid(op, format string, args ...any) error {
	return estate.Errorf(estate.CodeInvalid, op, format, args...)
}

// missing is an error about what is not there, or may not be seen.
func missing(op, what string) error {
	return estate.Errorf(estate.CodeNotFound, op, "there is no such %s", what)
}
