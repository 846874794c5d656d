package picture

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// shaper tells stores apart by what their own policies say, and those of their keys, to
// whom they do not name.
type shaper struct {
	directory *access.Directory
	shelves   *shelves
	keys      map[string]string
	whole     map[*access.Resource]bool // whether their policies are personal
}

func newShaper(d *access.Directory, h *shelves) *shaper {
	return &shaper{directory: d, shelves: h, keys: map[string]string{}, whole: map[*access.Resource]bool{}}
}

// self stands in a shape for the ARN of what has the policy; it is in no ARN.
const self = "\x00self"

// of returns the shape of a store; false when only asking about the store itself tells. The
// shape is empty for a store without any policy of its own.
func (h *shaper) of(s *store, r *access.Resource) (string, bool) {
	own, ok := h.shapeOf(r)
	if s.key == "" || !needsDecrypt(s.ref.Type) {
		return own, ok
	}
	key, known := h.keys[s.key]
	if !known {
		if k := h.directory.Resource(s.key); k != nil && k.ARN == s.key && k.Unknown == nil && len(k.Documents) > 0 && k.Account == s.ref.Account {
			key, _ = h.shapeOf(k)
			h.shelves.name(k)
		}
		h.keys[s.key] = key
	}
	return own + " " + key, ok && key != ""
}

// shapeOf returns a digest of the policies and the access list of a resource, in which its
// own ARN and the names of statements do not count, nor what they allow to single
// identities; false where a policy may look at more that is its own, as tags are.
func (h *shaper) shapeOf(r *access.Resource) (string, bool) {
	switch {
	case r == nil:
		return "", true
	case r.Unknown != nil:
		return "unread", true
	case len(r.Documents) == 0:
		return "", true
	}
	documents := make([]policydoc.Document, len(r.Documents))
	for i := range documents {
		documents[i].Version = r.Documents[i].Version
		for _, s := range r.Documents[i].Statements {
			if s, ok := forOthers(s); ok {
				documents[i].Statements = append(documents[i].Statements, s)
			}
		}
	}
	text, err := json.Marshal([]any{documents, namesEveryone(r), r.Grants, r.PolicyBlocked, r.ListBlocked})
	if r.GrantsUnread() || err != nil || bytes.Contains(bytes.ToLower(text), []byte("resourcetag")) {
		return "", false
	}
	digest := fnv.New128a()
	digest.Write(bytes.ReplaceAll(text, []byte(r.ARN), []byte(self)))
	return strconv.Quote(string(digest.Sum(nil))), true
}

// personal reports whether policies over a store look at who somebody is beyond the policies
// held: at its name or tags. Who is named as a principal is found otherwise.
func (h *shaper) personal(s *store, r *access.Resource) bool {
	key := h.directory.Resource(s.key)
	return r != nil && personalIn(r) || s.key != "" && key != nil && h.personalKey(key)
}

func (h *shaper) personalKey(key *access.Resource) bool {
	known, ok := h.whole[key]
	if !ok {
		known = personalIn(key)
		h.whole[key] = known
	}
	return known
}

func personalIn(r *access.Resource) bool {
	return slices.ContainsFunc(r.Documents, func(d policydoc.Document) bool { return slices.ContainsFunc(d.Statements, personalStatement) })
}

// personalStatement reports whether a statement looks at the name or the tags of who asks.
func personalStatement(s policydoc.Statement) bool {
	variable := func(text string) bool { return strings.Contains(text, "${") }
	if s.Denies() && slices.ContainsFunc(s.Principals, func(p policydoc.Principal) bool { _, named := specific(p); return named }) || len(s.NotPrincipals) > 0 ||
		slices.ContainsFunc(s.Resources, variable) || slices.ContainsFunc(s.NotResources, variable) {
		return true
	}
	return slices.ContainsFunc(s.Conditions, func(c policydoc.Condition) bool {
		switch key := strings.ToLower(c.Key); key {
		case "aws:principalarn", "aws:username", "aws:userid", "aws:principaltype":
			return true
		default:
			return strings.HasPrefix(key, "aws:principaltag/") || slices.ContainsFunc(c.Values, variable)
		}
	})
}

// forOthers is what a statement says to those whom it does not name; false for nothing.
func forOthers(s policydoc.Statement) (policydoc.Statement, bool) {
	s.SID = ""
	if !s.Allows() || forEveryone(&s) || len(s.Principals) == 0 {
		return s, true
	}
	s.Principals = slices.DeleteFunc(slices.Clone(s.Principals), func(p policydoc.Principal) bool {
		_, named := specific(p)
		return named
	})
	return s, len(s.Principals) > 0
}
