package unused

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Proposal is a policy that would have been enough for a principal.
type Proposal struct {
	// Policy stands in for all identity policies of the principal, those of its groups
	// included. Its denies are theirs, and each allow has the resources and conditions of
	// a statement of theirs. It has no statements when nothing was used.
	Policy *policydoc.Document
	// Replaces are the names of those policies, sorted.
	Replaces []string
	// Services are those that were granted and are left out, sorted.
	Services []string
	// Actions are the actions of other services that are left out, with their services,
	// sorted.
	Actions []string
}

// RightSize proposes the policy with which a principal could have done all that AWS saw it
// do in the window: actions that AWS does not track one by one stay with their service.
// Services that a policy names and AWS does not report on stay too. What keeps it from
// being known is returned in place of the proposal; it is nil otherwise.
func (a *Auditor) RightSize(p *access.Principal) (*Proposal, *estate.Unknown) {
	use, why := a.facts.UseOf(p.ARN, p.Account)
	if why != nil {
		return nil, why
	}
	switch verdict, why := a.window.judge(p.Created, nil, nil); verdict {
	case Young:
		return nil, &estate.Unknown{Path: "created", Reason: estate.Uncollected, Detail: fmt.Sprintf("it is younger than %d days", a.window.Days)}
	case Unknown:
		return nil, why
	case Used, Idle:
	}
	w := writer{keeping: a.keeping(use), allows: map[string]*policydoc.Statement{}}
	sources := a.directory.Layers(p).Identity
	proposal := &Proposal{}
	for i := range sources {
		if sources[i].Doc == nil {
			return nil, unreadSource(&sources[i])
		}
		proposal.Replaces = append(proposal.Replaces, sources[i].Name)
		w.document(sources[i].Doc)
	}
	slices.Sort(proposal.Replaces)
	proposal.Replaces = slices.Compact(proposal.Replaces)
	proposal.Policy = w.policy()
	for i := range use.Services {
		g, found := a.unusedOf(&use.Services[i], sources)
		switch {
		case !found:
		case len(g.Actions) == 0:
			proposal.Services = append(proposal.Services, g.Service)
		default:
			for _, name := range g.Actions {
				proposal.Actions = append(proposal.Actions, g.Service+":"+name)
			}
		}
	}
	slices.Sort(proposal.Services)
	slices.Sort(proposal.Actions)
	return proposal, nil
}

// unreadSource says why a policy is not known.
func unreadSource(s *decide.Source) *estate.Unknown {
	if s.Unknown != nil {
		return s.Unknown
	}
	return &estate.Unknown{Path: s.Name, Reason: estate.Uncollected, Detail: "the policy was not read"}
}

// writer gathers what stays of the statements of several documents.
type writer struct {
	keeping *keeping
	denies  []policydoc.Statement
	allows  map[string]*policydoc.Statement // by service, resources and conditions
}

func (w *writer) document(doc *policydoc.Document) {
	for i := range doc.Statements {
		s := doc.Statements[i]
		if !doc.Variables() {
			s = plain(s)
		}
		switch {
		case s.Denies():
			w.denies = append(w.denies, s)
		case s.Allows():
			for service, actions := range w.keeping.statement(&s) {
				w.allow(service, actions, &s)
			}
		}
	}
}

func (w *writer) allow(service string, actions []string, s *policydoc.Statement) {
	if len(actions) == 0 {
		return
	}
	key := fmt.Sprintf("%s %q %q %q", service, s.Resources, s.NotResources, s.Conditions)
	have := w.allows[key]
	if have == nil {
		have = &policydoc.Statement{Effect: s.Effect, Resources: s.Resources, NotResources: s.NotResources, Conditions: s.Conditions}
		w.allows[key] = have
	}
	have.Actions = append(have.Actions, actions...)
	slices.Sort(have.Actions)
	have.Actions = slices.Compact(have.Actions)
}

// policy returns the denies as they were, then the allows by service.
func (w *writer) policy() *policydoc.Document {
	doc := &policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{}}
	for i := range w.denies {
		s := w.denies[i]
		s.SID = fmt.Sprintf("Deny%d", i+1)
		doc.Statements = append(doc.Statements, s)
	}
	count := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(w.allows)) {
		s := *w.allows[key]
		service, _, _ := strings.Cut(s.Actions[0], ":")
		count[service]++
		s.SID = sidOf(service, count[service])
		doc.Statements = append(doc.Statements, s)
	}
	return doc
}

// sidOf names a statement; AWS takes letters and digits only ("IAM JSON policy elements:
// Sid").
func sidOf(service string, n int) string {
	var b strings.Builder
	upper := true
	for _, r := range service {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return cmp.Or(b.String(), "Service") + fmt.Sprint(n)
}

// plain writes a statement of a document without variables for one that has them: "${"
// is text in the former ("IAM policy elements: Variables and tags").
func plain(s policydoc.Statement) policydoc.Statement {
	escaped := func(list []string) []string {
		out := slices.Clone(list)
		for i := range out {
			out[i] = strings.ReplaceAll(out[i], "${", "${$}{")
		}
		return out
	}
	s.Resources, s.NotResources = escaped(s.Resources), escaped(s.NotResources)
	s.Conditions = slices.Clone(s.Conditions)
	for i := range s.Conditions {
		s.Conditions[i].Values = escaped(s.Conditions[i].Values)
	}
	return s
}
