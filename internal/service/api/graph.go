package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Graph answers questions about paths, as far as a reader sees.
type Graph interface {
	// Ask answers a query, or the saved one of that name.
	Ask(ctx context.Context, see store.Visible, q GraphQuestion) (GraphAnswer, error)
	// Saved lists the saved queries, by name.
	Saved() []SavedQuery
}

// GraphQuestion is a query of the graph.
type GraphQuestion struct {
	// Query is in the language of docs/reference/query.md, or the name of a saved query.
	Query string `json:"query" minLength:"1" maxLength:"4000"`
	// Params are what each $name in the query stands for.
	Params map[string]string `json:"params,omitempty" maxProperties:"50"`
}

// SavedQuery is a query with a name.
type SavedQuery struct {
	Name   string       `json:"name"`
	Title  string       `json:"title"`
	Query  string       `json:"query"`
	Params []QueryParam `json:"params"`
}

// QueryParam is a $name in a saved query.
type QueryParam struct {
	Name  string `json:"name"`
	About string `json:"about"`
	// Default is its value when none is given; null when one must be.
	Default *string `json:"default"`
}

// SavedQueries are all saved queries.
type SavedQueries struct {
	Items []SavedQuery `json:"items"`
}

// GraphAnswer is what a query found.
type GraphAnswer struct {
	// Nodes are all resources on the paths, each once.
	Nodes []GraphNode `json:"nodes"`
	Paths []GraphPath `json:"paths"`
	// More is whether there are more paths than are listed; Stopped whether the search was
	// given up, so that nobody knows.
	More    bool `json:"more"`
	Stopped bool `json:"stopped"`
	// Hidden is how many paths lead over what the caller does not see.
	Hidden int `json:"hidden"`
	// Known is of when the answer is.
	Known time.Time `json:"known"`
}

// GraphNode is a resource on a path, or a place where attackers begin.
type GraphNode struct {
	ID      string `json:"id"`
	Type    string `json:"type,omitempty"`
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	Name    string `json:"name,omitempty"`
	// Read is false for what others point at and nobody read.
	Read bool `json:"read"`
}

// GraphPath is one path. A list of resources has paths of one node.
type GraphPath struct {
	// Nodes are places in the answer's list.
	Nodes []int       `json:"nodes"`
	Steps []GraphStep `json:"steps"`
	// Named are the places in Nodes of what the query names.
	Named []int `json:"named"`
	// Perhaps says what is not sure about the path.
	Perhaps []string `json:"perhaps"`
}

// GraphStep is one hop.
type GraphStep struct {
	Kind string `json:"kind"`
	// Backwards is whether it leads from the later node to the earlier one; Attack whether
	// it is a step of an attacker, not a declared relation.
	Backwards bool   `json:"backwards"`
	Attack    bool   `json:"attack"`
	Sure      bool   `json:"sure"`
	Label     string `json:"label,omitempty"`
	Then      string `json:"then,omitempty"`
}

func (a *API) graph() {
	handle(a, post("/graph", "ask-graph", "Ask the graph of resources, relations and ways of attackers", "graph", auth.Viewer),
		func(ctx context.Context, caller auth.Caller, in *struct{ Body GraphQuestion }) (GraphAnswer, error) {
			return a.Graph.Ask(ctx, caller.See, in.Body)
		})
	handle(a, get("/queries", "list-queries", "The saved queries", "graph"),
		func(context.Context, auth.Caller, *none) (SavedQueries, error) {
			return SavedQueries{a.Graph.Saved()}, nil
		})
}
