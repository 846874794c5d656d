package access

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Permission is a set of actions of one service that a principal may do on the same
// resources, on the same terms.
type Permission struct {
	// Service is the prefix of the actions.
	Service string
	// Levels are what the actions do: list, read, write, tagging, permissions management;
	// sorted.
	Levels []string
	// Actions are their names, sorted; All is whether they are all that the service has.
	Actions []string
	All     bool
	// Resource is the pattern of ARNs, as the policy that allows it writes it.
	Resource string
	// Outcome is Allowed, Conditional or Unknown.
	Outcome decide.Outcome
	// Terms says what the request has to meet, for Conditional.
	Terms string
	// By is the policy that allows it.
	By string
}

// WhatCan returns what a principal may do by its own policies after boundary, denies and
// organisation policies, by service and resource. What policies of resources give it
// comes on top: ask for those resources. A deny that only covers a part of a pattern
// does not show; ask for one resource to see it. Service limits it to one; empty means
// all.
func (d *Directory) WhatCan(ctx context.Context, p *Principal, service string) ([]Permission, error) {
	w := what{d: d, p: p, caller: d.Caller(p), layers: d.Layers(p), found: map[permissionKey]*Permission{}, service: strings.ToLower(service)}
	for i := range w.layers.Identity {
		doc := w.layers.Identity[i].Doc
		if doc == nil {
			w.add(permissionKey{service: "?", resource: "?", outcome: decide.Unknown, by: w.layers.Identity[i].Name}, reference.Action{Service: "?", Name: "?"})
			continue
		}
		for j := range doc.Statements {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if s := &doc.Statements[j]; s.Allows() {
				w.statement(s, w.layers.Identity[i].Name)
			}
		}
	}
	return w.list(), nil
}

// what gathers permissions.
type what struct {
	d       *Directory
	p       *Principal
	caller  decide.Principal
	layers  decide.Layers
	service string
	found   map[permissionKey]*Permission
}

type permissionKey struct {
	service, resource, terms, by string
	outcome                      decide.Outcome
}

func (w *what) statement(s *policydoc.Statement, by string) {
	actions := w.d.reference.NewSet()
	w.d.matcher.Join(actions, s)
	resources := s.Resources
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	for _, resource := range resources {
		for id := range actions.IDs() {
			a := w.d.reference.Action(id)
			if w.service != "" && a.Service != w.service {
				continue
			}
			w.decide(a, resource, by)
		}
	}
}

// decide asks for one action on a resource that the pattern stands for.
func (w *what) decide(a reference.Action, pattern, by string) {
	arn := w.example(a, pattern)
	if arn == "" {
		return
	}
	target, rcps := w.d.Target(arn)
	target.Policy, target.PolicyUnknown = nil, nil
	if target.Account == "" {
		target.Account = w.p.Account
	}
	layers := w.layers
	layers.RCPs = rcps
	decision := w.d.decide(w.caller, layers, target, Question{Action: a.Name, Resource: arn})
	key := permissionKey{service: a.Service, resource: pattern, by: by, outcome: decision.Outcome}
	switch decision.Outcome {
	case decide.Conditional:
		key.terms = decision.Residue.String()
	case decide.Allowed, decide.Unknown:
	default:
		return
	}
	w.add(key, a)
}

// example is an ARN that the pattern stands for and the action acts on; "" where there
// is none.
func (w *what) example(a reference.Action, pattern string) string {
	if len(a.Resources) == 0 {
		if strings.Trim(pattern, "*") == "" {
			return "*"
		}
		return ""
	}
	if strings.Trim(pattern, "*") != "" {
		if named := w.d.named(pattern, w.p); named != "" && w.actsOn(a, named) {
			return named
		}
		return ""
	}
	return w.d.named(a.Resources[0].Type.ARN, w.p)
}

// actsOn reports whether an ARN is of a type that the action acts on, or of one that the
// reference data does not know.
func (w *what) actsOn(a reference.Action, arn string) bool {
	types := w.d.reference.ResourceTypesOf(arn)
	if len(types) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Resources, func(r reference.ActionResource) bool { return slices.Contains(types, r.Type) })
}

func (w *what) add(key permissionKey, a reference.Action) {
	p := w.found[key]
	if p == nil {
		p = &Permission{Service: key.service, Resource: key.resource, Outcome: key.outcome, Terms: key.terms, By: key.by}
		w.found[key] = p
	}
	_, name, _ := strings.Cut(a.Name, ":")
	p.Actions = append(p.Actions, name)
	p.Levels = append(p.Levels, a.Level.String())
}

func (w *what) list() []Permission {
	counts := map[string]int{}
	for id := range w.d.reference.Count() {
		counts[w.d.reference.Action(uint16(id)).Service]++
	}
	list := make([]Permission, 0, len(w.found))
	for _, p := range w.found {
		slices.Sort(p.Actions)
		p.Actions = slices.Compact(p.Actions)
		slices.Sort(p.Levels)
		p.Levels = slices.Compact(p.Levels)
		p.All = len(p.Actions) == counts[p.Service]
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Permission) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.By, b.By), cmp.Compare(a.Terms, b.Terms), cmp.Compare(a.Outcome, b.Outcome))
	})
	return list
}
