package enrich

import (
	"encoding/json"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const policyPath = "facets.access_policy"

// public weighs the layers of a resource that offers an access policy: the account's
// block, the resource's own block, its policies and its access list.
func (o *Overlay) public(v *fastjson.Value) (*estate.Public, error) {
	unknown := unknownPaths(v)
	if unknown[policyPath] {
		return &estate.Public{Because: []string{"its access policy could not be read"}}, nil
	}
	raw := v.Get("facets", "access_policy")
	if raw == nil {
		return nil, nil
	}
	var f facet.AccessPolicy
	if err := json.Unmarshal(raw.MarshalTo(nil), &f); err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read a resource", "access policy: %w", err)
	}
	w := &weighing{answer: estate.Public{Read: estate.No, Write: estate.No}, options: identity.Options{Resource: text(v, "id"), Now: o.now}}
	w.denies = o.rails.over(text(v, "account"), text(v, "id"))
	guard, guarded := o.guards[guardKey{text(v, "account"), text(v, "type")}]
	if !guarded {
		guard.BlocksPolicies, guard.IgnoresLists = o.withoutGuard(v), o.withoutGuard(v)
	}
	w.documents(f, unknown[policyPath+".documents"], guard.BlocksPolicies)
	w.grants(f, unknown[policyPath+".grants"], guard.IgnoresLists)
	if f.Enforced != estate.No && (w.answer.Read != estate.No || w.answer.Write != estate.No) {
		w.answer.Read, w.answer.Write = w.answer.Read.And(f.Enforced.Not()), w.answer.Write.And(f.Enforced.Not())
		w.noteEnforced(f.Enforced)
	}
	return &w.answer, nil
}

// guarded types are those for which an account-wide block exists; when it is not in
// the inventory nobody knows whether it closes the resource.
var guardedTypes = map[string]bool{"aws_s3_bucket": true}

func (o *Overlay) withoutGuard(v *fastjson.Value) estate.Tri {
	if guardedTypes[text(v, "type")] {
		return estate.Maybe
	}
	return estate.No
}

// weighing collects the answer and its reasons.
type weighing struct {
	answer  estate.Public
	options identity.Options
	// denies stand over all that the resource itself grants.
	denies []policydoc.Statement
}

func (w *weighing) because(reason string) { w.answer.Because = append(w.answer.Because, reason) }

// add opens read and write by what one layer gives, less what a block takes away.
func (w *weighing) add(read, write, blocked estate.Tri) {
	w.answer.Read = w.answer.Read.Or(read.And(blocked.Not()))
	w.answer.Write = w.answer.Write.Or(write.And(blocked.Not()))
}

func (w *weighing) documents(f facet.AccessPolicy, unread bool, accountBlocks estate.Tri) {
	blocked := f.PolicyBlocked.Or(accountBlocks)
	if unread {
		w.add(estate.Maybe, estate.Maybe, blocked)
		w.because("its policy could not be read")
	}
	for i := range f.Documents {
		access := identity.Public(under(w.denies, &f.Documents[i]), w.options)
		if access.Verdict == estate.No {
			w.noteDenied(&f.Documents[i])
			continue
		}
		read, write := byVerb(access)
		w.add(read, write, blocked)
		w.because("its policy lets everyone " + strings.Join(first(access.Actions, 3), ", "))
		w.noteBlock(blocked, "a block on public policies")
	}
}

func (w *weighing) grants(f facet.AccessPolicy, unread bool, accountIgnores estate.Tri) {
	blocked := f.ListBlocked.Or(accountIgnores)
	if unread {
		w.add(estate.Maybe, estate.Maybe, blocked)
		w.because("its access list could not be read")
	}
	open := false
	for _, g := range f.Grants {
		if !g.Anyone {
			continue
		}
		if w.listDenied() {
			w.because("a resource control policy denies everyone what its access list gives")
			continue
		}
		open = true
		w.add(estate.TriOf(g.Read), estate.TriOf(g.Write), blocked)
		w.because("its access list gives " + g.Permission + " to " + g.Principal)
	}
	if open {
		w.noteBlock(blocked, "a block on public access lists")
	}
}

// noteDenied says that a policy would let everyone in, were it not for the organisation.
func (w *weighing) noteDenied(doc *policydoc.Document) {
	if len(w.denies) > 0 && identity.Public(doc, w.options).Verdict != estate.No {
		w.because("a resource control policy denies everyone what its policy gives")
	}
}

// listDenied reports whether a resource control policy denies everyone all that an
// access list can give.
func (w *weighing) listDenied() bool {
	if len(w.denies) == 0 {
		return false
	}
	everyone := policydoc.Principal{Kind: "*", ID: "*"}
	given := policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{
		{Effect: "Allow", Principals: []policydoc.Principal{everyone}, Actions: []string{"s3:ListBucket", "s3:PutObject", "s3:GetBucketAcl", "s3:PutBucketAcl"}, Resources: []string{"*"}}}}
	return identity.Public(under(w.denies, &given), w.options).Verdict == estate.No
}

func (w *weighing) noteBlock(blocked estate.Tri, what string) {
	switch blocked {
	case estate.Yes:
		w.because(what + " closes that")
	case estate.Maybe:
		w.because("whether " + what + " closes that could not be read")
	}
}

func (w *weighing) noteEnforced(enforced estate.Tri) {
	if enforced == estate.Yes {
		w.because("a setting of the resource refuses everyone")
	} else {
		w.because("whether a setting of the resource refuses everyone could not be read")
	}
}

// byVerb splits what a policy gives into reading and writing by the action's verb.
// An action that does neither by its name counts as reading.
func byVerb(a identity.Access) (read, write estate.Tri) {
	read, write = estate.No, estate.No
	for _, action := range a.Actions {
		_, name, _ := strings.Cut(action, ":")
		switch {
		case strings.HasPrefix(name, "*") || name == "":
			read, write = read.Or(a.Verdict), write.Or(a.Verdict)
		case changes(name):
			write = write.Or(a.Verdict)
		default:
			read = read.Or(a.Verdict)
		}
	}
	return read, write
}

var writeVerbs = []string{"put", "delete", "create", "update", "write", "abort", "restore", "replicate", "set", "add", "remove", "send", "publish", "purge", "change", "tag", "untag", "invoke", "start", "stop", "modify", "upload", "initiate", "complete", "schedule", "disable", "enable", "batchdelete", "bypass", "subscribe", "confirm"}

func changes(name string) bool {
	name = strings.ToLower(name)
	for _, verb := range writeVerbs {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

func first(list []string, n int) []string {
	if len(list) > n {
		return append(list[:n:n], "…")
	}
	return list
}

func unknownPaths(v *fastjson.Value) map[string]bool {
	paths := map[string]bool{}
	for _, u := range v.GetArray("unknown") {
		paths[text(u, "path")] = true
	}
	return paths
}
