package picture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// reader is a node that stands for all principals of an account to which the same
// statements are about reading a type of stores.
type reader struct {
	node string
	// any is whether they read something.
	any bool
}

// classOf tells who reads the same stores of a type as a principal, in estates of too many
// pairs to ask for each: whoever is of its account and kind, and has the same statements
// that speak of reading them. Statements that look at names or tags, policies of its own
// and policies of stores that name it make a principal one by itself.
func (a *artist) classOf(p *access.Principal, kind string) (string, bool) {
	h := a.shelves
	if !h.many || a.directory.Principal(p.ARN) != p || len(h.named[p.ARN])+len(h.named[sessionsOf(p)]) > 0 {
		return "", false
	}
	layers := a.directory.Layers(p)
	class := fmt.Appendf(nil, "%s %s %s %t", p.Account, p.Kind, kind, p.ServiceLinked)
	sources := layers.Identity
	if layers.Boundary != nil {
		sources = append(slices.Clone(sources), decide.Source{Name: "boundary", Doc: nil}, *layers.Boundary)
	}
	for _, level := range layers.SCPs {
		if slices.ContainsFunc(level, func(s decide.Source) bool {
			return s.Doc != nil && slices.ContainsFunc(s.Doc.Statements, personalStatement)
		}) {
			return "", false
		}
	}
	for i := range sources {
		source := &sources[i]
		if source.Doc == nil {
			class = fmt.Appendf(class, " %q", source.Name)
			continue
		}
		for j := range source.Doc.Statements {
			s := &source.Doc.Statements[j]
			if !speaksOf(s, kind) {
				continue
			}
			if personalStatement(*s) || source.Through == "" && !strings.HasPrefix(source.Name, "arn:") {
				return "", false
			}
			class = fmt.Appendf(class, " %p", s)
		}
	}
	return string(class), true
}

// speaksOf reports whether a statement is about reading a type of stores, or about keys.
func speaksOf(s *policydoc.Statement, kind string) bool {
	speaks := func(action string) bool {
		about := func(pattern string) bool { return policydoc.MatchAction(pattern, action) }
		if len(s.NotActions) > 0 {
			return !slices.ContainsFunc(s.NotActions, about)
		}
		return slices.ContainsFunc(s.Actions, about)
	}
	if needsDecrypt(kind) && speaks("kms:Decrypt") {
		return true
	}
	return slices.ContainsFunc(reading[kind], func(way []ask) bool {
		return slices.ContainsFunc(way, func(q ask) bool { return speaks(q.action) })
	})
}

// readsAlike adds the stores that a principal reads with all others of its class, by way of
// one node that stands for them.
func (a *artist) readsAlike(p *access.Principal, from, kind, class string) {
	r, known := a.shelves.readers[class]
	if !known {
		r.node = attack.At(p.ARN, "readers of "+kind)
		before := a.added
		a.sharing = p.ARN
		a.readsKind(p, r.node, kind, impersonalStore)
		a.sharing = ""
		r.any = a.added > before
		a.shelves.readers[class] = r
	}
	if !r.any {
		return
	}
	a.step(attack.Step{From: from, To: r.node, Kind: "reads-data", Label: a.name(p.ARN) + " holds policies that let whoever has them read a " + wordOf(kind)})
}
