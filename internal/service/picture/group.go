package picture

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// fewAlike is up to how many stores are asked about one by one, so that each step names
// its store.
const fewAlike = 8

// fewShaped is up to how many stores with policies of their own are, that say the same.
const fewShaped = 24

// shelfKey are stores of one account and type. Shape is what their own policies say to
// those whom they do not name, and what those of their keys say; empty for stores that
// have neither.
type shelfKey struct{ account, kind, shape string }

// group is stores that no policy of theirs tells apart for whom it does not name: the
// principal's policies alone decide on which of them it has rights.
type group struct {
	key    shelfKey
	stores []*store
	// open is whether their policies may let in identities of every account, direct
	// whether they let in those of their own by themselves, unread that they are not known.
	open, direct, unread bool
	// ids and keys are patterns that match all of their ids, and of their keys.
	ids, keys string
	// large is whether patterns that take in all of them count for all.
	large  bool
	joined bool // whether the steps to each store are drawn
}

func newGroup(key shelfKey, r *access.Resource) *group {
	g := &group{key: key}
	if r != nil {
		g.open, g.direct, g.unread = isOpen(r), namesEveryone(r), r.Unknown != nil
	}
	return g
}

func byKey(x, y *group) int {
	return cmp.Or(cmp.Compare(x.key.account, y.key.account), cmp.Compare(x.key.kind, y.key.kind), cmp.Compare(x.key.shape, y.key.shape))
}

func (g *group) generalise() {
	ids, keys := make([]string, 0, len(g.stores)), make([]string, 0, len(g.stores))
	for _, s := range g.stores {
		ids, keys = append(ids, s.ref.ID), append(keys, s.key)
	}
	g.ids, g.keys = covering(ids), covering(keys)
}

// covering returns a pattern that matches all ARNs of a list.
func covering(list []string) string {
	const fields = 6
	common := strings.SplitN(list[0], ":", fields)
	same := slices.Repeat([]bool{true}, len(common))
	for _, arn := range list[1:] {
		parts := strings.SplitN(arn, ":", fields)
		if len(parts) != len(common) {
			return "*"
		}
		for i := range parts {
			if parts[i] != common[i] {
				common[i], same[i] = prefix(common[i], parts[i]), false
			}
		}
	}
	for i := range common {
		if !same[i] {
			common[i] += "*"
		}
	}
	return strings.Join(common, ":")
}

func prefix(x, y string) string {
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[:i]
		}
	}
	return x[:min(len(x), len(y))]
}

// example is a store of the group that stands for all of them to a principal: neither its
// policy nor that of its key names it. Nil when there is none.
func (g *group) example(h *shelves, p *access.Principal) *store {
	for _, s := range g.stores {
		if !h.names(p, s.ref.ID) && !h.names(p, s.key) {
			return s
		}
	}
	return nil
}

// patterns are what questionsOf asks about, for all stores at once.
func (g *group) patterns(way []ask) []string {
	var list []string
	for _, q := range questionsOf(&store{ref: g.stores[0].ref, key: g.keys}, way) {
		list = append(list, q.Resource)
	}
	for i := range way {
		list[i] = strings.ReplaceAll(way[i].resource, "%s", g.ids)
	}
	return list
}

// sessionsOf is what stands for the sessions of a role.
func sessionsOf(p *access.Principal) string {
	if p.Kind != access.Role {
		return ""
	}
	return "session " + p.Account + " " + p.ARN[strings.LastIndexByte(p.ARN, '/')+1:]
}

// specific is the one identity that an entry of a policy names; false for accounts,
// everyone, and what is no identity of IAM.
func specific(p policydoc.Principal) (string, bool) {
	const fields, service, rest = 6, 2, 5
	parts := strings.SplitN(p.ID, ":", fields)
	if p.Kind != "AWS" || len(parts) < fields {
		return "", false
	}
	kind, name, _ := strings.Cut(parts[rest], "/")
	switch parts[service] + ":" + kind {
	case "iam:user", "iam:role":
		return p.ID, true
	case "sts:assumed-role":
		role, _, _ := strings.Cut(name, "/")
		return "session " + p.Account() + " " + role, true
	default:
		return "", false
	}
}
