package picture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// fewAlike is up to how many stores are asked about one by one, so that each step names
// its store.
const fewAlike = 8

type shelfKey struct{ account, kind string }

// shelves sort stores by who may have to do with them, so that the work follows what may
// be read and not principals times stores.
type shelves struct {
	// kinds are the types of stores in each account, sorted.
	kinds map[string][]string
	// alike are stores of one account and type that have no policy and no key of their own:
	// the principal's policies alone decide.
	alike map[shelfKey][]*store
	// single are the other stores of each account.
	single map[string][]*store
	// foreign are the stores elsewhere whose policy names an account; everyone those whose
	// policy names no account, or was not read.
	foreign  map[string][]*store
	everyone []*store
	joined   map[shelfKey]bool
}

func (a *artist) sortStores() {
	h := &shelves{kinds: map[string][]string{}, alike: map[shelfKey][]*store{}, single: map[string][]*store{}, foreign: map[string][]*store{}, joined: map[shelfKey]bool{}}
	a.shelves = h
	for _, s := range a.stores {
		if len(reading[s.ref.Type]) == 0 {
			continue
		}
		r := a.directory.Resource(s.ref.ID)
		switch {
		case r != nil && (len(r.Documents) > 0 || r.Unknown != nil):
			h.shared(s, r)
		case s.key != "" && needsDecrypt(s.ref.Type):
			h.single[s.ref.Account] = append(h.single[s.ref.Account], s)
		default:
			key := shelfKey{s.ref.Account, s.ref.Type}
			if len(h.alike[key]) == 0 {
				h.kinds[s.ref.Account] = append(h.kinds[s.ref.Account], s.ref.Type)
			}
			h.alike[key] = append(h.alike[key], s)
		}
	}
	for _, kinds := range h.kinds {
		slices.Sort(kinds)
	}
}

// shared puts a store with a policy where those will find it whom the policy may name.
func (h *shelves) shared(s *store, r *access.Resource) {
	if r.Unknown != nil || namesEveryone(r) {
		h.everyone = append(h.everyone, s)
		return
	}
	h.single[s.ref.Account] = append(h.single[s.ref.Account], s)
	for i := range r.Documents {
		for _, account := range identity.ExternalAccounts(&r.Documents[i], s.ref.Account) {
			if !slices.Contains(h.foreign[account], s) {
				h.foreign[account] = append(h.foreign[account], s)
			}
		}
	}
}

// namesEveryone reports whether an allow statement may be about principals that it does
// not name by their account.
func namesEveryone(r *access.Resource) bool {
	for i := range r.Documents {
		for j := range r.Documents[i].Statements {
			st := &r.Documents[i].Statements[j]
			if !st.Allows() {
				continue
			}
			if len(st.NotPrincipals) > 0 {
				return true
			}
			for _, p := range st.Principals {
				if p.Anyone() {
					return true
				}
			}
		}
	}
	return false
}

// readsAll adds one step to all stores of a group when a statement on everything lets the
// principal read, and no statement tells some of them from others.
func (a *artist) readsAll(p *access.Principal, from string, group []*store) bool {
	first := group[0]
	for _, way := range reading[first.ref.Type] {
		if !a.directory.Holds(p, way[0].action) {
			continue
		}
		decisions := make([]decide.Decision, 0, len(way))
		for _, r := range way {
			decisions = append(decisions, a.directory.AskFor(p, access.Question{Action: r.action, Resource: fmt.Sprintf(r.resource, first.ref.ID)}))
		}
		if slices.ContainsFunc(decisions, func(d decide.Decision) bool { return !onEverything(&d) }) {
			continue
		}
		key := shelfKey{first.ref.Account, first.ref.Type}
		step := attack.Step{From: from, To: a.everyStore(key, group), Kind: "reads-data",
			Label: a.name(p.ARN) + " may read every " + wordOf(key.kind) + " of the account", Evidence: decisionEvidence(p, decisions, way[0].action)}
		for _, r := range way {
			step.Fixes = union(step.Fixes, a.allowFixes(p, access.Question{Action: r.action, Resource: fmt.Sprintf(r.resource, first.ref.ID)}))
		}
		if slices.ContainsFunc(decisions, func(d decide.Decision) bool { return d.Outcome == decide.Unknown }) {
			step.P = &perhaps
		}
		a.step(step)
		return true
	}
	return false
}

// everyStore is the node that stands for all stores of a group.
func (a *artist) everyStore(key shelfKey, group []*store) string {
	root := rootOf(key.account)
	if _, ok := a.refs[root]; !ok {
		a.refs[root] = a.accountRef(key.account)
	}
	node := attack.At(root, "every "+key.kind)
	if !a.shelves.joined[key] {
		a.shelves.joined[key] = true
		for _, s := range group {
			a.step(attack.Step{From: node, To: s.ref.ID, Kind: "reads-data", Label: "one of them is " + a.name(s.ref.ID)})
		}
	}
	return node
}

// onEverything reports whether a decision allows by a statement on every resource, while
// no denying statement that is about the action looks at the resource or the request.
func onEverything(d *decide.Decision) bool {
	if d.Outcome != decide.Allowed && !unsettledAbove(d) {
		return false
	}
	wide := false
	for i := range d.Trace {
		step := &d.Trace[i]
		statement := step.Statement()
		switch {
		case statement == nil:
		case statement.Denies():
			if step.Match != decide.NoMatch || step.Element != decide.ActionElement && step.Element != decide.PrincipalElement {
				return false
			}
		case step.Layer == decide.Identity && step.Match == decide.Matches && len(statement.Conditions) == 0:
			wide = wide || slices.ContainsFunc(statement.Resources, func(r string) bool { return r != "" && strings.Trim(r, "*") == "" })
		case step.Layer != decide.Identity && step.Match == decide.Matches && !slices.Contains(statement.Resources, "*"):
			return false // a boundary or an organisation's policy that is about some of them
		}
	}
	return wide
}

// unsettledAbove reports whether all that keeps a decision from being known is the
// organisation's policies.
func unsettledAbove(d *decide.Decision) bool {
	return d.Outcome == decide.Unknown && d.By.Layer == decide.SCP && d.By.Index < 0
}

// accountRef names an account as the organisation does.
func (a *artist) accountRef(id string) estate.Ref {
	name := a.options.Overlay.AccountName(id)
	if name == "" {
		name = id
	}
	return estate.Ref{ID: rootOf(id), Type: "aws_account", Cloud: estate.AWS, Account: id, Region: "global", Name: name}
}
