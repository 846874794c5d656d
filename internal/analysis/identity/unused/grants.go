package unused

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Auditor sets what principals were granted against what they used. It is safe for
// concurrent use.
type Auditor struct {
	facts     *Facts
	directory *access.Directory
	window    Window
	table     *reference.Table
	patterns  sync.Map // pattern in lower case -> reference.Set
}

// NewAuditor returns an auditor of a directory. The facts must not change afterwards.
func NewAuditor(f *Facts, d *access.Directory, w Window) *Auditor {
	return &Auditor{facts: f, directory: d, window: w, table: reference.Load()}
}

// Excess is what a principal was granted and did not use.
type Excess struct {
	Principal *access.Principal
	// Verdict is Idle when something was not used, Used when everything was, Young or
	// Unknown when nothing is judged.
	Verdict Verdict
	// Unknown is the reason of the verdict Unknown; nil for others.
	Unknown *estate.Unknown
	// Grants are what was not used, by service.
	Grants []Grant
	// Administers is whether it may do everything: Yes, No, or Maybe.
	Administers estate.Tri
	// UnusedAdmin is whether it may and changed nothing about identities in the window.
	UnusedAdmin bool
}

// Grant is a service, or some of its actions, that was not used.
type Grant struct {
	Service string
	// Actions are the unused ones, without the service; empty when the whole service was
	// not used. They are only those of which AWS tells the use.
	Actions []string
	// LastUsed is when the service was last used; nil when AWS saw no use.
	LastUsed *time.Time
	// By are the policies that allow it, as far as they were read.
	By []string
}

// Excess judges one principal. iam:PassRole is never among what was not used, since AWS
// does not track it.
func (a *Auditor) Excess(p *access.Principal) Excess {
	e := Excess{Principal: p}
	use, why := a.facts.UseOf(p.ARN, p.Account)
	e.Administers, _ = a.directory.Administers(p)
	if verdict, why := a.window.judge(p.Created, nil, why); verdict != Idle {
		e.Verdict, e.Unknown = verdict, why
		return e
	}
	sources := a.directory.Layers(p).Identity
	for i := range use.Services {
		if g, found := a.unusedOf(&use.Services[i], sources); found {
			e.Grants = append(e.Grants, g)
		}
	}
	slices.SortFunc(e.Grants, func(x, y Grant) int { return strings.Compare(x.Service, y.Service) })
	e.Verdict = Used
	if len(e.Grants) > 0 {
		e.Verdict = Idle
	}
	e.UnusedAdmin = e.Administers == estate.Yes && a.changedNothing(use)
	return e
}

// unusedOf returns what of a service was not used and some policy allows.
func (a *Auditor) unusedOf(s *Service, sources []decide.Source) (Grant, bool) {
	g := Grant{Service: s.Prefix, LastUsed: s.LastUsed}
	names := []string{s.Prefix + ":*"}
	whole := !a.window.within(s.LastUsed)
	if !whole {
		names = a.droppedOf(s)
	}
	for _, name := range names {
		by := a.grantedBy(name, sources)
		if len(by) == 0 {
			continue
		}
		g.By = append(g.By, by...)
		if _, action, _ := strings.Cut(name, ":"); !whole {
			g.Actions = append(g.Actions, action)
		}
	}
	slices.Sort(g.By)
	g.By = slices.Compact(g.By)
	return g, len(g.By) > 0
}

// droppedOf returns the full names of the actions of a used service that AWS tracks and
// that were not used.
func (a *Auditor) droppedOf(s *Service) []string {
	var names []string
	for _, action := range s.Actions {
		if name := s.Prefix + ":" + action.Name; !a.window.within(action.LastUsed) && !strings.EqualFold(name, passRole) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// grantedBy returns the names of the policies that allow an action, or some action of a
// service for service:*.
func (a *Auditor) grantedBy(name string, sources []decide.Source) []string {
	var by []string
	for i := range sources {
		doc := sources[i].Doc
		if doc == nil {
			continue
		}
		if slices.ContainsFunc(doc.Statements, func(s policydoc.Statement) bool { return a.allows(&s, name) }) {
			by = append(by, sources[i].Name)
		}
	}
	return by
}

// allows reports whether a statement allows an action, or some action of a service.
func (a *Auditor) allows(s *policydoc.Statement, name string) bool {
	if !s.Allows() {
		return false
	}
	if !strings.HasSuffix(name, "*") {
		return allowsAction(s, name)
	}
	for id := range a.match(name).IDs() {
		if allowsAction(s, a.table.Name(id)) {
			return true
		}
	}
	return allowsAction(s, strings.TrimSuffix(name, "*")+unheard)
}

// unheard stands for the actions that the reference data does not know.
const unheard = "StanceAnyAction"

func allowsAction(s *policydoc.Statement, name string) bool {
	matches := func(pattern string) bool { return policydoc.MatchAction(pattern, name) }
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, matches)
	}
	return slices.ContainsFunc(s.Actions, matches)
}

// match keeps what patterns stand for.
func (a *Auditor) match(pattern string) reference.Set {
	pattern = strings.ToLower(pattern)
	if set, ok := a.patterns.Load(pattern); ok {
		return set.(reference.Set) //nolint:forcetypeassert // only sets are stored
	}
	set := a.table.Match(pattern)
	a.patterns.Store(pattern, set)
	return set
}
