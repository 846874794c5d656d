package source

import (
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// OfferPolicy adds the view of who gets in of a resource that its policy alone opens: no
// access list, and no block of its own. The policy is nil when there is none; path is
// where the config holds it.
func (d *Draft[C]) OfferPolicy(path string, policy *policydoc.Document) {
	f := facet.AccessPolicy{
		Documents: []policydoc.Document{}, Grants: []facet.Grant{},
		PolicyBlocked: estate.No, ListBlocked: estate.Yes, Enforced: estate.No,
	}
	if policy != nil {
		f.Documents = append(f.Documents, *policy)
	}
	d.Offer(f)
	d.Carry(path, "facets.access_policy.documents")
}
