package picture

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// shelves sort stores by who may have to do with them, so that the work follows what may
// be read and not principals times stores.
type shelves struct {
	// groups are those of alike in each account, by kind and shape; open those into which
	// policies may let identities of every account.
	groups map[string][]*group
	open   []*group
	// racks are the stores of each account and type by id; everyone those into which
	// policies may let identities of every account, by type, of all accounts.
	racks    map[string]map[string]*rack
	everyone map[string]*rack
	// direct are the stores of each account whose policy lets all identities in by itself.
	direct map[string][]*store
	// foreign are the stores elsewhere whose policy names an account.
	foreign map[string][]*store
	// named are the resources whose policies name an identity, and stores those of them
	// that are stores.
	named  map[string]map[string]bool
	stores map[string]*store
	// kinds are the types that can be read, and personal those of them of which a store is.
	kinds    []string
	personal map[string]bool
	// readers are the nodes that stand for principals with the same policies.
	readers map[string]reader
	// many is whether there are too many principals and stores to ask for each pair.
	many bool
	// places are the stores that stand in networks.
	places map[place][]*store
}

// fewPairs is what Options.Pairs is where nothing is said.
const fewPairs = 1_000_000

func (a *artist) sortStores() {
	h := &shelves{
		groups: map[string][]*group{}, racks: map[string]map[string]*rack{}, everyone: map[string]*rack{}, direct: map[string][]*store{},
		foreign: map[string][]*store{}, named: map[string]map[string]bool{}, stores: map[string]*store{},
		personal: map[string]bool{}, readers: map[string]reader{}, many: len(a.directory.Principals())*len(a.stores) > cmp.Or(a.options.Pairs, fewPairs), places: map[place][]*store{},
	}
	a.shelves = h
	shapes, alike := newShaper(a.directory, h), map[shelfKey]*group{}
	for _, s := range a.stores {
		if slices.Contains(inNetworks, s.kind) {
			at := place{s.ref.Account, s.ref.Region}
			h.places[at] = append(h.places[at], s)
		}
		if len(reading[s.ref.Type]) == 0 {
			continue
		}
		h.stores[s.ref.ID] = s
		r := a.directory.Resource(s.ref.ID)
		h.shelve(s, r)
		s.personal = shapes.personal(s, r)
		h.personal[s.ref.Type] = h.personal[s.ref.Type] || s.personal
		if shape, ok := shapes.of(s, r); ok {
			key := shelfKey{s.ref.Account, s.ref.Type, shape}
			if alike[key] == nil {
				alike[key] = newGroup(key, r)
			}
			s.group = alike[key]
			s.group.stores = append(s.group.stores, s)
		}
	}
	h.kinds = slices.Sorted(maps.Keys(h.personal))
	for _, g := range alike {
		h.settle(g)
	}
	for _, groups := range h.groups {
		slices.SortFunc(groups, byKey)
	}
	slices.SortFunc(h.open, byKey)
}

// settle keeps a group that is worth it.
func (h *shelves) settle(g *group) {
	few := fewAlike
	switch {
	case h.many:
		few = 1
	case g.key.shape != "":
		few = fewShaped
	}
	if len(g.stores) <= few {
		for _, s := range g.stores {
			s.group = nil
		}
		return
	}
	g.generalise()
	g.large = h.many || len(g.stores) > fewShaped
	h.groups[g.key.account] = append(h.groups[g.key.account], g)
	if g.open {
		h.open = append(h.open, g)
	}
}

// shelve puts a store where those will find it whom its policy may let in.
func (h *shelves) shelve(s *store, r *access.Resource) {
	kinds := h.racks[s.ref.Account]
	if kinds == nil {
		kinds = map[string]*rack{}
		h.racks[s.ref.Account] = kinds
	}
	put(kinds, s)
	if r == nil {
		return
	}
	if isOpen(r) {
		put(h.everyone, s)
	}
	if namesEveryone(r) {
		h.direct[s.ref.Account] = append(h.direct[s.ref.Account], s)
	}
	h.name(r)
	for i := range r.Documents {
		for _, account := range identity.ExternalAccounts(&r.Documents[i], s.ref.Account) {
			if !slices.Contains(h.foreign[account], s) {
				h.foreign[account] = append(h.foreign[account], s)
			}
		}
	}
}

// name notes the identities that the policy of a resource names.
func (h *shelves) name(r *access.Resource) {
	for i := range r.Documents {
		for j := range r.Documents[i].Statements {
			for _, p := range r.Documents[i].Statements[j].Principals {
				who, ok := specific(p)
				if !ok {
					continue
				}
				if h.named[who] == nil {
					h.named[who] = map[string]bool{}
				}
				h.named[who][r.ARN] = true
			}
		}
	}
}

// names reports whether the policy of a resource names a principal.
func (h *shelves) names(p *access.Principal, arn string) bool {
	return h.named[p.ARN][arn] || h.named[sessionsOf(p)][arn]
}

// isOpen reports whether the policy of a resource may let in identities of every account.
func isOpen(r *access.Resource) bool { return r.Unknown != nil || namesEveryone(r) }

// namesEveryone reports whether an allow statement may be about principals that it does
// not name by their account.
func namesEveryone(r *access.Resource) bool {
	for i := range r.Documents {
		for j := range r.Documents[i].Statements {
			if st := &r.Documents[i].Statements[j]; st.Allows() && forEveryone(st) {
				return true
			}
		}
	}
	return false
}

// forEveryone reports whether a statement may be about everyone, as one is that does not
// say about whom.
func forEveryone(s *policydoc.Statement) bool {
	return len(s.NotPrincipals) > 0 || s.Principals == nil || slices.ContainsFunc(s.Principals, policydoc.Principal.Anyone)
}
