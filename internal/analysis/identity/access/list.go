package access

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// listed are the actions that a permission in the access list of a bucket gives
// ("Access control list overview", Mapping of ACL permissions, Amazon S3 User Guide).
// Objects have lists of their own, which no inventory holds.
func listed(permission, action string) bool {
	read := []string{"s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads"}
	write := []string{"s3:putobject", "s3:deleteobject", "s3:deleteobjectversion"}
	var actions []string
	switch permission {
	case "READ":
		actions = read
	case "WRITE":
		actions = write
	case "READ_ACP":
		actions = []string{"s3:getbucketacl"}
	case "WRITE_ACP":
		actions = []string{"s3:putbucketacl"}
	case "FULL_CONTROL":
		actions = append(append(read, write...), "s3:getbucketacl", "s3:putbucketacl")
	}
	for _, a := range actions {
		if strings.EqualFold(a, action) {
			return true
		}
	}
	return false
}

// byList returns who may do an action because the access list of a bucket names
// everyone. A deny of the policy, which strikes everyone alike, overrules the list.
func (d *Directory) byList(action, resource string, target *decide.Resource, given map[string][]string) []Holder {
	r := d.Resource(resource)
	if r == nil || r.Type != bucketType {
		return nil
	}
	account, why := d.guardOver(r.Account)
	ignored := r.ListBlocked.Or(account.IgnoresLists)
	var list []Holder
	for _, g := range r.Grants {
		if !g.Anyone || !listed(g.Permission, action) || ignored == estate.Yes {
			continue
		}
		policy := d.decide(decide.Principal{}, decide.Layers{}, *target, Question{Action: action, Resource: resource, Context: given})
		if policy.Outcome == decide.DeniedExplicitly {
			continue
		}
		list = append(list, byGrant(&g, r, ignored, why, &policy))
	}
	return list
}

// byGrant is the holder that an entry of a list makes.
func byGrant(g *facet.Grant, r *Resource, ignored estate.Tri, why *estate.Unknown, policy *decide.Decision) Holder {
	h := Holder{Principal: anonymous, Kind: decide.Anonymous.String(), Outside: true}
	if strings.HasSuffix(g.Principal, "/AuthenticatedUsers") {
		h.Principal, h.Kind = AnyAccount, "account"
	}
	h.Decision = decide.Decision{Outcome: decide.Allowed, By: decide.Statement{Layer: decide.ResourcePolicy, Source: "the access list gives " + g.Permission, Index: -1}}
	switch {
	case ignored == estate.Maybe:
		if why == nil {
			why = &estate.Unknown{Path: r.ARN + " public_access_block", Reason: estate.Uncollected, Permission: "s3:GetBucketPublicAccessBlock",
				Detail: "whether access lists are ignored is not known"}
		}
		h.Decision.Outcome, h.Decision.Unknown = decide.Unknown, []estate.Unknown{*why}
	case policy.Outcome == decide.Unknown:
		h.Decision.Outcome, h.Decision.Unknown = decide.Unknown, policy.Unknown
	}
	return h
}

// ofObjects are the actions that the access list of an object may give.
var ofObjects = []string{"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectVersionAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"}

// withLists is a decision by policies with what access lists give to everyone: that of the
// bucket for what is done with it, and for objects their own, which no inventory holds, so
// that it is not known.
func (d *Directory) withLists(made decide.Decision, q Question) decide.Decision {
	r := d.Resource(q.Resource)
	if made.Outcome != decide.DeniedImplicitly || q.Trusted || r == nil || r.Type != bucketType || q.Principal != anonymous && q.Principal != AnyAccount {
		return made
	}
	target, _ := d.Target(q.Resource)
	for _, h := range d.byList(q.Action, q.Resource, &target, q.Context) {
		if h.Principal == anonymous || q.Principal == AnyAccount {
			return h.Decision
		}
	}
	account, _ := d.guardOver(r.Account)
	ofObject := q.Resource != r.ARN && slices.ContainsFunc(ofObjects, func(action string) bool { return strings.EqualFold(action, q.Action) })
	if !ofObject || r.ListBlocked.Or(account.IgnoresLists) == estate.Yes {
		return made
	}
	made.Outcome = decide.Unknown
	made.Unknown = append(made.Unknown, estate.Unknown{Path: q.Resource + " access list", Reason: estate.Uncollected, Permission: "s3:GetObjectAcl",
		Detail: "the access lists of objects are not read, and the bucket does not ignore them"})
	return made
}
