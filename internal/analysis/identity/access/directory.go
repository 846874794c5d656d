package access

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
)

// Directory is who is who in an estate, and which policies stand over whom. It never
// changes to its readers and is safe for concurrent use.
type Directory struct {
	principals map[string]*Principal
	sorted     []*Principal
	groups     map[string]*group
	policies   map[string]*managed
	resources  map[string]*Resource
	tree       organization
	lost       map[string][]estate.Unknown
	reference  *reference.Table
	matcher    *reference.Matcher
	guards     map[string]guard // by account
	fast       fast
}

// Directory ends the gathering. The builder must not be used afterwards.
func (b *Builder) Directory() *Directory {
	d := &Directory{principals: b.principals, groups: b.groups, policies: b.policies, resources: b.resources, tree: b.tree(), lost: b.lost, reference: reference.Load()}
	d.matcher, d.guards, d.fast.compiler = reference.NewMatcher(d.reference), b.guards, compile.New(d.reference)
	for _, r := range d.resources {
		r.joined = join(r.Documents)
	}
	d.sorted = slices.SortedFunc(maps.Values(d.principals), func(a, b *Principal) int { return cmp.Compare(a.ARN, b.ARN) })
	return d
}

// Principals returns the users and roles by ARN. Do not change the list.
func (d *Directory) Principals() []*Principal { return d.sorted }

// Principal returns a user or role by its ARN; nil when the estate has none such. The
// ARN of a session finds its role.
func (d *Directory) Principal(arn string) *Principal {
	if p := d.principals[arn]; p != nil {
		return p
	}
	account, name, ok := sessionRole(arn)
	if !ok {
		return nil
	}
	for _, p := range d.sorted {
		if p.Kind == Role && p.Account == account && strings.HasSuffix(p.ARN, "/"+name) {
			return p
		}
	}
	return nil
}

// sessionRole takes account and role name out of arn:aws:sts::1:assumed-role/name/session.
func sessionRole(arn string) (account, name string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "sts" {
		return "", "", false
	}
	rest, ok := strings.CutPrefix(parts[5], "assumed-role/")
	name, _, found := strings.Cut(rest, "/")
	return parts[4], name, ok && found
}

// Named returns the principals whose ARN or name is the text given; several where
// accounts have the same names.
func (d *Directory) Named(text string) []*Principal {
	if p := d.Principal(text); p != nil {
		return []*Principal{p}
	}
	var list []*Principal
	for _, p := range d.sorted {
		if p.Name == text {
			list = append(list, p)
		}
	}
	return list
}

// Resource returns what is known of a resource with a policy, or of the one that holds
// it, as a bucket holds its objects; nil when neither is known.
func (d *Directory) Resource(arn string) *Resource {
	for at := len(arn); at > 0; at = strings.LastIndexAny(arn[:at], "/:") {
		if r := d.resources[arn[:at]]; r != nil {
			return r
		}
	}
	return nil
}

// Resources returns the resources with policies by ARN.
func (d *Directory) Resources() []*Resource {
	return slices.SortedFunc(maps.Values(d.resources), func(a, b *Resource) int { return cmp.Compare(a.ARN, b.ARN) })
}
