package picture

import (
	"cmp"
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

// fewShaped is up to how many stores with policies of their own are, that say the same.
const fewShaped = 24

// shelfKey are stores of one account and type. Shape is what their own policies say, and
// those of their keys; empty for stores that have neither.
type shelfKey struct{ account, kind, shape string }

// shelves sort stores by who may have to do with them, so that the work follows what may
// be read and not principals times stores.
type shelves struct {
	// groups are those of alike in each account, by kind and shape.
	groups map[string][]shelfKey
	// alike are stores of one account and type that no policy of theirs tells apart: the
	// principal's policies alone decide on which of them it has rights.
	alike map[shelfKey][]*store
	// single are the other stores of each account.
	single map[string][]*store
	// foreign are the stores elsewhere whose policy names an account; everyone those whose
	// policy names no account, or was not read.
	foreign  map[string][]*store
	everyone []*store
	joined   map[shelfKey]bool
	// places are the stores that stand in networks.
	places map[place][]*store
}

func (a *artist) sortStores() {
	h := &shelves{groups: map[string][]shelfKey{}, alike: map[shelfKey][]*store{}, single: map[string][]*store{}, foreign: map[string][]*store{}, joined: map[shelfKey]bool{}, places: map[place][]*store{}}
	a.shelves = h
	shapes := newShaper(a.directory)
	for _, s := range a.stores {
		if slices.Contains(inNetworks, s.kind) {
			at := place{s.ref.Account, s.ref.Region}
			h.places[at] = append(h.places[at], s)
		}
		if len(reading[s.ref.Type]) == 0 {
			continue
		}
		r := a.directory.Resource(s.ref.ID)
		shape, alike := shapes.of(s, r)
		switch {
		case alike:
			key := shelfKey{s.ref.Account, s.ref.Type, shape}
			h.alike[key] = append(h.alike[key], s)
		case r != nil && (len(r.Documents) > 0 || r.Unknown != nil):
			h.shared(s, r)
		default:
			h.single[s.ref.Account] = append(h.single[s.ref.Account], s)
		}
	}
	h.settle()
}

// settle keeps groups that are worth it.
func (h *shelves) settle() {
	touched := map[string]bool{}
	for key, group := range h.alike {
		if key.shape != "" && len(group) <= fewShaped {
			h.single[key.account] = append(h.single[key.account], group...)
			touched[key.account] = true
			delete(h.alike, key)
			continue
		}
		h.groups[key.account] = append(h.groups[key.account], key)
	}
	for account := range touched {
		slices.SortFunc(h.single[account], byID)
	}
	for _, keys := range h.groups {
		slices.SortFunc(keys, func(x, y shelfKey) int { return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.shape, y.shape)) })
	}
}

func byID(x, y *store) int { return cmp.Compare(x.ref.ID, y.ref.ID) }

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
func (a *artist) readsAll(p *access.Principal, from string, key shelfKey, group []*store) bool {
	first := group[0]
	for _, way := range reading[key.kind] {
		if !a.directory.Holds(p, way[0].action) {
			continue
		}
		if a.shut(p, first, way) {
			continue
		}
		questions := questionsOf(first, way)
		decisions := a.ask(p, questions)
		if slices.ContainsFunc(decisions, func(d decide.Decision) bool { return !onEverything(&d, key.shape != "") }) {
			continue
		}
		kind, unsure := worst(decisions)
		step := attack.Step{From: from, To: a.everyStore(key, group), Kind: kind,
			Label: a.name(p.ARN) + " may read every " + wordOf(key.kind) + " of the account" + suchAs(key, a.name(first.ref.ID)), Evidence: decisionEvidence(p, decisions, way[0].action)}
		for _, q := range questions {
			step.Fixes = union(step.Fixes, a.allowFixes(p, q))
		}
		if key.shape != "" { // the policy of one store cuts that one alone
			step.Fixes = slices.DeleteFunc(step.Fixes, func(k estate.FixKey) bool { return k.Action() == narrowAccess.action })
		}
		if unsure {
			step.P = &perhaps
		}
		a.step(step)
		return true
	}
	return false
}

// suchAs names one of a group of stores with policies.
func suchAs(key shelfKey, name string) string {
	if key.shape == "" {
		return ""
	}
	return " that has a policy such as that of " + name
}

// everyStore is the node that stands for all stores of a group.
func (a *artist) everyStore(key shelfKey, group []*store) string {
	root := rootOf(key.account)
	if _, ok := a.refs[root]; !ok {
		a.refs[root] = a.accountRef(key.account)
	}
	node := attack.At(root, "every "+key.kind+" "+key.shape)
	if key.shape == "" {
		node = attack.At(root, "every "+key.kind)
	}
	if !a.shelves.joined[key] {
		a.shelves.joined[key] = true
		for _, s := range group {
			a.step(attack.Step{From: node, To: s.ref.ID, Kind: "reads-data", Label: "one of them is " + a.name(s.ref.ID)})
		}
	}
	return node
}

// onEverything reports whether a decision allows by a statement on every resource, while
// no denying statement that is about the action looks at the resource or the request. What
// the policy of the resource says is left aside where it says the same of all.
func onEverything(d *decide.Decision, same bool) bool {
	if d.Outcome != decide.Allowed && !unsettledAbove(d) && (!same || d.Outcome != decide.Conditional) {
		return false
	}
	wide := false
	for i := range d.Trace {
		step := &d.Trace[i]
		statement := step.Statement()
		switch {
		case statement == nil, same && step.Layer == decide.ResourcePolicy:
		case statement.Denies():
			if step.Match != decide.NoMatch || step.Element != decide.ActionElement && step.Element != decide.PrincipalElement {
				return false
			}
		case step.Layer == decide.Identity && step.Match == decide.Matches && len(statement.Conditions) == 0:
			wide = wide || slices.ContainsFunc(statement.Resources, func(r string) bool { return r != "" && strings.Trim(r, "*") == "" })
		case step.Layer != decide.Identity && step.Match == decide.Matches && !slices.Contains(statement.Resources, "*"):
			return false // a boundary or an organisation's policy that is about some of them
		case same && step.Layer != decide.Identity && step.Match == decide.MatchesIf:
			return false
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
