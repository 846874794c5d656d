package query

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// line is what of a resource the graph is made of.
type line struct {
	estate.Ref
	Tags      map[string]string          `json:"tags"`
	Facets    map[string]json.RawMessage `json:"facets"`
	Relations []estate.Relation          `json:"relations"`
	Unknown   []estate.Unknown           `json:"unknown"`
}

// unread reports whether a path, or what it lies in, could not be read.
func (r *line) unread(path string) bool {
	return slices.ContainsFunc(r.Unknown, func(u estate.Unknown) bool {
		return u.Path == path || strings.HasPrefix(path, u.Path+".")
	})
}

// add puts a resource into the graph.
func (l *loader) add(_ estate.Scope, text []byte) error {
	var r line
	if err := json.Unmarshal(text, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	business, err := l.reader.Business(text)
	if err != nil {
		return err
	}
	about, err := l.reader.Context(text)
	if err != nil {
		return err
	}
	resource := &query.Resource{
		Ref: r.Ref, Views: slices.Sorted(maps.Keys(r.Facets)), Tags: r.Tags, TagsUnread: r.unread("tags"), Relations: r.Relations,
		Attributes: meaning(&business, about),
	}
	if about != nil && about.Public != nil {
		resource.Attributes = append(resource.Attributes, verdict("public", about.Public.Read.Or(about.Public.Write)))
	}
	facets, err := l.facets(&r, about)
	resource.Attributes = append(resource.Attributes, facets...)
	l.builder.Add(resource)
	return err
}

// meaning is what a resource means to its owners.
func meaning(b *estate.Business, about *estate.Context) []query.Attribute {
	var list []query.Attribute
	for _, a := range []struct{ name, evidence, value string }{
		{"environment", "environment", b.Environment}, {"owner", "owner", b.Owner},
		{"criticality", "criticality", b.Criticality}, {"data.class", "data_class", b.DataClass},
	} {
		attribute := query.Attribute{Name: a.name, Value: a.value}
		if b.Guessed(a.evidence) {
			attribute.Certainty = query.Guessed
		}
		if about != nil {
			if _, undecided := about.Undecided[a.evidence]; undecided {
				attribute.Certainty = query.Unread
			}
		}
		if attribute.Value != "" || attribute.Certainty == query.Unread {
			list = append(list, attribute)
		}
	}
	return list
}

func verdict(name string, t estate.Tri) query.Attribute {
	switch t {
	case estate.Yes:
		return query.Attribute{Name: name, Value: "yes"}
	case estate.No:
		return query.Attribute{Name: name, Value: "no"}
	default:
		return query.Attribute{Name: name, Certainty: query.Unread}
	}
}

// facets reads what the views of a resource tell.
func (l *loader) facets(r *line, about *estate.Context) ([]query.Attribute, error) {
	var list []query.Attribute
	var store facet.DataStore
	if has, err := view(r, &store); err != nil {
		return nil, err
	} else if has {
		list = append(list, query.Attribute{Name: "data.kind", Value: store.Kind})
	}
	var who facet.Identity
	if has, err := view(r, &who); err != nil {
		return nil, err
	} else if has {
		list = append(list, verdict("admin", who.Administrator), keys(r, &who))
	}
	var access facet.AccessPolicy
	if has, err := view(r, &access); err != nil {
		return nil, err
	} else if has || r.unread("facets.access_policy") {
		if r.Cloud == estate.AWS {
			list = append(list, verdict("shared", l.shared(r, &access, about)))
		}
	}
	return list, nil
}

func view[F facet.Facet](r *line, into *F) (bool, error) {
	raw, ok := r.Facets[(*into).FacetName()]
	if !ok || string(raw) == "null" {
		return false, nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return false, estate.Errorf(estate.CodeInvalid, "read a resource", "%s: %w", (*into).FacetName(), err)
	}
	return true, nil
}

// keys is how many keys of an identity work.
func keys(r *line, i *facet.Identity) query.Attribute {
	if r.unread("facets.identity.keys") {
		return query.Attribute{Name: "keys", Certainty: query.Unread}
	}
	n := 0
	for _, k := range i.Keys {
		if k.Enabled {
			n++
		}
	}
	return query.Attribute{Name: "keys", Value: strconv.Itoa(n)}
}

// partlyRead are types whose sharing with single accounts no call of a scan reads.
var partlyRead = map[string]bool{"aws_ebs_snapshot": true, "aws_ami": true}

// shared tells whether the resource's own policy or access list lets in someone outside
// the estate. Denies are weighed for everyone, not for single accounts.
func (l *loader) shared(r *line, access *facet.AccessPolicy, about *estate.Context) estate.Tri {
	verdict := estate.No
	if about != nil && about.Public != nil {
		verdict = about.Public.Read.Or(about.Public.Write)
	}
	if partlyRead[r.Type] || r.unread("facets.access_policy.documents") || r.unread("facets.access_policy.grants") {
		verdict = verdict.Or(estate.Maybe)
	}
	for i := range access.Documents {
		for _, account := range identity.ExternalAccounts(&access.Documents[i], r.Account) {
			verdict = verdict.Or(estate.TriOf(!l.own[account]))
		}
	}
	owners := map[string]bool{}
	for _, g := range access.Grants {
		switch {
		case g.Anyone:
		case accountID(g.Principal):
			verdict = verdict.Or(estate.TriOf(!l.own[g.Principal]))
		default:
			owners[g.Principal] = true
		}
	}
	if len(owners) > 1 { // one is the owner's own name for itself; of more nobody knows
		verdict = verdict.Or(estate.Maybe)
	}
	return verdict
}

func accountID(text string) bool {
	const digits = 12
	return len(text) == digits && strings.Trim(text, "0123456789") == ""
}
