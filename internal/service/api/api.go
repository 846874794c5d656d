package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/stance-sec/stance/internal/analysis/compliance"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/store"
)

// Queue is the queue of jobs.
type Queue interface {
	List(ctx context.Context, f job.Filter) ([]job.Row, string, error)
	Cancel(ctx context.Context, id int64) (job.Row, error)
	Retry(ctx context.Context, id int64) (job.Row, error)
}

// Dependencies is what operations ask.
type Dependencies struct {
	Store store.Store
	Auth  Auth
	Queue Queue
	// Scan asks for a reading and returns its name.
	Scan func(ctx context.Context, class string) (string, error)
	// Told has deliveries tried again at once; nil when nobody waits for it.
	Told func(ctx context.Context) error
	// Decided has everything judged anew, since an exception counts from then on; nil when
	// that comes by itself.
	Decided    func(ctx context.Context) error
	Checks     []estate.Check
	Frameworks []compliance.Framework
	Access     Access
	Graph      Graph
	// Settings returns the configuration without secrets.
	Settings func() Settings
	Version  string
	Now      func() time.Time
	// Poll is how often a stream looks for news; 0 means a second. Heartbeat is how often
	// a silent stream says that it lives; 0 means 20 seconds.
	Poll, Heartbeat time.Duration
	// Done is closed when the server ends, so that streams do.
	Done <-chan struct{}
}

// API is the operations. It may be used concurrently.
type API struct {
	Dependencies
	huma   huma.API
	routes []Route
	checks map[string]*estate.Check
	open   streams
}

// Route is one operation as tests and documents see it.
type Route struct {
	// ID is the operation's, such as list-issues.
	ID, Method, Path string
	// Role is the least that may call it; Nobody for everyone.
	Role auth.Role
	// List is whether it answers in pages, and as CSV.
	List bool
}

// New registers all operations with mux.
func New(mux *http.ServeMux, d Dependencies) *API {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Stance", Version: "1", Description: description},
			Components: &huma.Components{Schemas: newRegistry(), SecuritySchemes: securitySchemes()},
			Tags:       tags(),
		},
		Formats: map[string]huma.Format{
			"application/json": {Marshal: writeJSON, Unmarshal: json.Unmarshal}, problemType: {Marshal: writeJSON, Unmarshal: json.Unmarshal},
		},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{problems, whole},
	}
	a := &API{Dependencies: d, huma: humago.New(mux, config), checks: map[string]*estate.Check{}}
	for i := range d.Checks {
		a.checks[d.Checks[i].ID] = &d.Checks[i]
	}
	for _, register := range []func(){
		a.overview, a.issues, a.findings, a.resources, a.changes, a.access, a.graph, a.compliance, a.drift, a.exceptions,
		a.coverage, a.jobs, a.deliveries, a.events, a.stream, a.sessions, a.me, a.users, a.tokens, a.audits, a.settings,
	} {
		register()
	}
	tidy(a.huma.OpenAPI())
	return a
}

// Routes returns all operations in the order they were registered.
func (a *API) Routes() []Route { return a.routes }

// Document returns the OpenAPI document as indented JSON, the same in every run.
func (a *API) Document() ([]byte, error) {
	data, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "write the OpenAPI document", "%w", err)
	}
	return append(data, '\n'), nil
}

const description = `Everything a Stance server knows and does. Sign in at /auth/login for a session (a
cookie; writing requests also carry the header X-CSRF-Token with the csrf of /auth/session), or send an API token as
"Authorization: Bearer stance_...". Lists come in pages: give "next" of one answer as "cursor" of the next request,
with the same filters and sort. With format=csv a list comes whole, as a table. Errors are application/problem+json.
Lists and objects are never null unless the schema says so; times that are zero are left out.`
