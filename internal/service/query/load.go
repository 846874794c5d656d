// Package query makes the graph that queries are asked of, from a saved run: its
// resources and declared relations, what they mean to their owners, and the steps of
// attackers that the picture of the estate has. It also reads saved queries.
package query

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
)

// Options say by what a graph is made.
type Options struct {
	// Picture says by which rules and numbers attackers step; its overlay is made here.
	Picture picture.Options
	// Mapping is the user's mapping file; nil when there is none.
	Mapping *enrich.Mapping
	// Now is the moment for which policies are weighed.
	Now time.Time
}

// Load reads an inventory twice: what lies over resources and between them, then the
// resources.
func Load(ctx context.Context, inventory picture.Inventory, options Options) (*query.Graph, error) {
	gatherer, observer := picture.NewGatherer(), enrich.NewObserver()
	l := &loader{inventory: inventory, builder: query.NewBuilder(), own: map[string]bool{}}
	for _, c := range inventory.Coverage() {
		gatherer.Lost(c)
		l.own[c.Account] = true
		if c.Status == estate.CoverageFailed {
			l.builder.Incomplete()
		}
	}
	err := l.lines(ctx, func(scope estate.Scope, line []byte) error {
		if err := gatherer.Observe(scope, line); err != nil {
			return err
		}
		return observer.Observe(line)
	})
	if err != nil {
		return nil, err
	}
	options.Picture.Overlay, options.Picture.Now = observer.Overlay(options.Mapping, options.Now), options.Now
	drawn, err := gatherer.Draw(ctx, inventory, options.Picture)
	if err != nil {
		return nil, err
	}
	onward, left, err := gatherer.Onward(ctx, drawn, options.Picture)
	if err != nil {
		return nil, err
	}
	if left > 0 {
		l.builder.Incomplete()
	}
	l.steps(drawn.Model, onward)
	l.reader = options.Picture.Overlay.NewReader()
	for _, account := range options.Picture.Overlay.Accounts() {
		l.own[account] = true
	}
	if err := l.lines(ctx, l.add); err != nil {
		return nil, err
	}
	return l.builder.Graph()
}

// loader fills one graph.
type loader struct {
	inventory picture.Inventory
	builder   *query.Builder
	reader    *enrich.Reader
	own       map[string]bool // the accounts of the estate
}

// lines yields every resource. It looks at the context between scopes.
func (l *loader) lines(ctx context.Context, yield func(estate.Scope, []byte) error) error {
	for _, c := range l.inventory.Coverage() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.inventory.Each(c.Scope, func(line []byte) error { return yield(c.Scope, line) }); err != nil {
			return err
		}
	}
	return nil
}

// entries are what the places are called at which attackers begin.
var entries = map[string]string{attack.Internet: query.Internet, attack.AnyAccount: query.AnyAccount, attack.InternalFoothold: query.Foothold}

// Kinds returns the kinds of relations that resources declare.
func Kinds() []string {
	var list []string
	for _, k := range []estate.RelationKind{
		estate.AttachedTo, estate.MemberOf, estate.Contains, estate.RunsAs, estate.RunsImage, estate.EncryptedBy,
		estate.LogsTo, estate.RoutesTo, estate.SourcedFrom, estate.Triggers, estate.GuardedBy, estate.CanAssume,
	} {
		list = append(list, string(k))
	}
	return list
}
