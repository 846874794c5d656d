package picture

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// shaper tells stores apart by what their own policies say, and those of their keys.
type shaper struct {
	directory *access.Directory
	keys      map[string]string
}

func newShaper(d *access.Directory) *shaper {
	return &shaper{directory: d, keys: map[string]string{}}
}

// self stands in a shape for the ARN of what has the policy; it is in no ARN.
const self = "\x00self"

// of returns the shape of a store; false when only asking about the store itself tells. The
// shape is empty for a store without any policy of its own.
func (h *shaper) of(s *store, r *access.Resource) (string, bool) {
	if r != nil && (r.Unknown != nil || len(r.Documents) > 0 && (namesEveryone(r) || namesOthers(r, s.ref.Account))) {
		return "", false
	}
	own, ok := shapeOf(r)
	if s.key == "" || !needsDecrypt(s.ref.Type) {
		return own, ok
	}
	key, known := h.keys[s.key]
	if !known {
		if k := h.directory.Resource(s.key); k != nil && k.ARN == s.key && k.Unknown == nil && len(k.Documents) > 0 && k.Account == s.ref.Account {
			key, _ = shapeOf(k)
		}
		h.keys[s.key] = key
	}
	return own + " " + key, ok && key != ""
}

// namesOthers reports whether a policy is about other accounts.
func namesOthers(r *access.Resource, account string) bool {
	return slices.ContainsFunc(r.Documents, func(d policydoc.Document) bool { return len(identity.ExternalAccounts(&d, account)) > 0 })
}

// shapeOf returns a digest of the policies and the access list of a resource, in which its
// own ARN and the names of statements do not count; false where a policy may look at more
// that is its own, as tags are.
func shapeOf(r *access.Resource) (string, bool) {
	if r == nil || len(r.Documents) == 0 {
		return "", true
	}
	documents := slices.Clone(r.Documents)
	for i := range documents {
		documents[i].ID, documents[i].Statements = "", slices.Clone(documents[i].Statements)
		for j := range documents[i].Statements {
			documents[i].Statements[j].SID = ""
		}
	}
	text, err := json.Marshal([]any{documents, r.Grants, r.PolicyBlocked, r.ListBlocked})
	if err != nil || bytes.Contains(bytes.ToLower(text), []byte("resourcetag")) {
		return "", false
	}
	digest := fnv.New128a()
	digest.Write(bytes.ReplaceAll(text, []byte(r.ARN), []byte(self)))
	return strconv.Quote(string(digest.Sum(nil))), true
}
