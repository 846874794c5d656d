package ask

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	graph "github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/internal/store"
)

// Saved implements api.Graph.
func (a *Asker) Saved() []api.SavedQuery {
	var list []api.SavedQuery
	for i := range a.options.Saved {
		s := &a.options.Saved[i]
		v := api.SavedQuery{Name: s.Name, Title: s.Title, Query: s.Query}
		for _, p := range s.Params {
			v.Params = append(v.Params, api.QueryParam{Name: p.Name, About: p.About, Default: p.Default})
		}
		list = append(list, v)
	}
	return list
}

// Ask implements api.Graph. The query is read before the estate is.
func (a *Asker) Ask(ctx context.Context, see store.Visible, q api.GraphQuestion) (api.GraphAnswer, error) {
	text, params := q.Query, q.Params
	if i := slices.IndexFunc(a.options.Saved, func(s graph.Saved) bool { return s.Name == q.Query }); i >= 0 {
		text, params = a.options.Saved[i].Query, a.options.Saved[i].Values(params)
	}
	parsed, err := query.Parse(text, a.language, params)
	if err != nil {
		return api.GraphAnswer{}, estate.Errorf(estate.CodeInvalid, "ask the graph", "%w", err).WithHint("the language is in docs/reference/query.md")
	}
	g, known, err := a.graph(ctx)
	if err != nil {
		return api.GraphAnswer{}, err
	}
	answer, err := g.Ask(ctx, parsed)
	if err != nil {
		return api.GraphAnswer{}, estate.Errorf(estate.CodeUnavailable, "ask the graph", "%w", err)
	}
	w := &writer{asker: a, see: see, places: map[string]int{}, seen: map[store.Key]bool{}}
	w.out = api.GraphAnswer{More: answer.More, Stopped: answer.Stopped, Known: known}
	for i := range answer.Paths {
		if err := w.path(ctx, &answer.Paths[i]); err != nil {
			return api.GraphAnswer{}, err
		}
	}
	return w.out, nil
}

// writer makes the answer of what a reader sees.
type writer struct {
	asker  *Asker
	see    store.Visible
	out    api.GraphAnswer
	places map[string]int
	seen   map[store.Key]bool
}

func (w *writer) path(ctx context.Context, p *query.Path) error {
	for i := range p.Nodes {
		visible, err := w.visible(ctx, &p.Nodes[i])
		if err != nil {
			return err
		}
		if !visible {
			w.out.Hidden++
			return nil
		}
	}
	out := api.GraphPath{Named: p.Named, Perhaps: p.Perhaps}
	for i := range p.Nodes {
		out.Nodes = append(out.Nodes, w.place(&p.Nodes[i]))
	}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, api.GraphStep{Kind: s.Kind, Backwards: s.Backwards, Attack: s.Attack, Sure: s.Sure, Label: s.Label, Then: s.Then})
	}
	w.out.Paths = append(w.out.Paths, out)
	return nil
}

// visible reports whether a reader may see a node. Places where attackers begin are no
// resources, and of what nobody read only the id is known, which stands in the resource
// that points at it.
func (w *writer) visible(ctx context.Context, n *query.Node) (bool, error) {
	if w.see.Everything() || !n.Read || n.Account == "" {
		return true, nil
	}
	key := store.Key{Account: n.Account, ID: n.ID}
	known, ok := w.seen[key]
	if ok {
		return known, nil
	}
	visible, err := w.asker.sees(ctx, w.see, key)
	w.seen[key] = visible
	return visible, err
}

func (w *writer) place(n *query.Node) int {
	if at, ok := w.places[n.ID]; ok {
		return at
	}
	at := len(w.out.Nodes)
	w.places[n.ID] = at
	w.out.Nodes = append(w.out.Nodes, api.GraphNode{ID: n.ID, Type: n.Type, Account: n.Account, Region: n.Region, Name: n.Name, Read: n.Read})
	return at
}
