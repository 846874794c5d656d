package api

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/stance-sec/stance/internal/service/auth"
)

// prefix is where the operations live.
const prefix = "/api/v1"

// operation describes a route.
type operation struct {
	id, method, path, summary string
	// tag is the noun under which documents show it.
	tag string
	// role is the least that may call it.
	role auth.Role
	// whole is whether it takes somebody who sees everything: who does not could lift
	// limits with it, their own among them.
	whole bool
	// status is that of success; 0 means 200, or 204 without a body.
	status int
}

func get(path, id, summary, tag string) operation {
	return operation{id: id, method: http.MethodGet, path: prefix + path, summary: summary, tag: tag, role: auth.Viewer}
}

func post(path, id, summary, tag string, role auth.Role) operation {
	return operation{id: id, method: http.MethodPost, path: prefix + path, summary: summary, tag: tag, role: role}
}

func remove(path, id, summary, tag string, role auth.Role) operation {
	return operation{id: id, method: http.MethodDelete, path: prefix + path, summary: summary, tag: tag, role: role, status: http.StatusNoContent}
}

// as returns the operation for another least role.
func (o operation) as(role auth.Role) operation {
	o.role = role
	return o
}

// byWhole returns the operation for those who see everything.
func (o operation) byWhole() operation {
	o.whole = true
	return o
}

// created returns the operation with the status 201.
func (o operation) created() operation {
	o.status = http.StatusCreated
	return o
}

// humaOperation returns what huma registers, and remembers the route.
func (a *API) humaOperation(o operation) huma.Operation {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Tags: []string{o.tag}, DefaultStatus: o.status,
		Middlewares:  huma.Middlewares{a.guard(o)},
		Responses:    map[string]*huma.Response{"default": a.problemResponse()},
		MaxBodyBytes: 256 << 10,
	}
	if o.role != auth.Nobody {
		op.Security = []map[string][]string{{"token": {}}, {"session": {}}}
		op.Extensions = map[string]any{"x-role": string(o.role)}
	} else {
		op.Security = []map[string][]string{}
	}
	a.routes = append(a.routes, Route{ID: o.id, Method: o.method, Path: o.path, Role: o.role})
	return op
}

func (a *API) problemResponse() *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	return &huma.Response{Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
}

// guard refuses callers whose role does not suffice, before anything of the request is read.
func (a *API) guard(o operation) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		caller := auth.CallerOf(ctx.Context())
		if caller.Role.Includes(o.role) && (!o.whole || caller.See.Everything()) {
			next(ctx)
			return
		}
		problem := &Problem{Status: http.StatusForbidden, Title: "forbidden", Code: "denied", Detail: "this takes the role " + string(o.role)}
		if caller.Role.Includes(o.role) {
			problem.Detail = "this takes somebody who sees everything"
		}
		if caller.Role == auth.Nobody {
			problem = &Problem{Status: http.StatusUnauthorized, Title: "unauthorized", Code: "unauthorized", Detail: "nobody is signed in", Hint: "sign in, or send an API token"}
		}
		problem.Request = auth.RequestOf(ctx.Context()).ID
		writeProblem(ctx, problem)
	}
}

// answer is a body of JSON.
type answer[T any] struct{ Body T }

// nothing is an answer without a body.
type nothing struct{}

// none is a request without parameters.
type none struct{}

// handle registers an operation that answers with JSON.
func handle[I, O any](a *API, o operation, do func(ctx context.Context, caller auth.Caller, in *I) (O, error)) {
	huma.Register(a.huma, a.humaOperation(o), func(ctx context.Context, in *I) (*answer[O], error) {
		out, err := do(ctx, auth.CallerOf(ctx), in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &answer[O]{Body: out}, nil
	})
}

// perform registers an operation that answers with nothing.
func perform[I any](a *API, o operation, do func(ctx context.Context, caller auth.Caller, in *I) error) {
	o.status = http.StatusNoContent
	huma.Register(a.huma, a.humaOperation(o), func(ctx context.Context, in *I) (*nothing, error) {
		if err := do(ctx, auth.CallerOf(ctx), in); err != nil {
			return nil, problemOf(ctx, err)
		}
		return &nothing{}, nil
	})
}

// respond registers an operation that writes its answer itself; content says in which forms.
func respond[I any](a *API, o operation, content map[string]*huma.MediaType, do func(ctx context.Context, caller auth.Caller, in *I) (func(huma.Context), error)) {
	op := a.humaOperation(o)
	op.Responses["200"] = &huma.Response{Description: "OK", Content: content}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		write, err := do(ctx, auth.CallerOf(ctx), in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return &huma.StreamResponse{Body: write}, nil
	})
}

func tags() []*huma.Tag {
	var list []*huma.Tag
	for _, line := range []string{
		"posture|What is wrong, and how it went over time", "estate|What there is", "access|Who may do what", "graph|Paths", "compliance|Frameworks",
		"drift|Baselines and what differs from them", "exceptions|Risks that were accepted for a time", "work|Jobs, coverage, alerts and events",
		"sign-in|Sessions", "people|Users, tokens, audit log and settings",
	} {
		name, about, _ := strings.Cut(line, "|")
		list = append(list, &huma.Tag{Name: name, Description: about})
	}
	return list
}

func securitySchemes() map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "an API token, stance_..."},
		"session": {Type: "apiKey", In: "cookie", Name: "stance_session", Description: "a session of a browser; writing requests also carry X-CSRF-Token"},
	}
}
