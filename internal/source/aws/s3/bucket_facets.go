package s3

import (
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
)

func bucketFacets(d *source.Draft[Bucket]) {
	b := d.Config
	offerAccessPolicy(d)
	encryption := facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("encryption", b.Encryption != nil && b.Encryption.KeyID != "")}
	if b.Encryption != nil {
		encryption.KeyID = b.Encryption.KeyID
		d.Relate(estate.EncryptedBy, b.Encryption.KeyID)
	}
	d.Offer(encryption)
	d.Offer(facet.DataStore{Kind: "object", Versioned: d.Tri("versioning", b.Versioning.Enabled), PasswordLogin: estate.No})
	logging := facet.Logging{Enabled: d.Tri("logging", b.Logging != nil)}
	if b.Logging != nil {
		logging.Target = b.Logging.Bucket
		d.Relate(estate.LogsTo, "arn:aws:s3:::"+b.Logging.Bucket)
	}
	d.Offer(logging)
	for _, target := range b.EventTargets {
		d.Relate(estate.Triggers, target)
	}
}

func offerAccessPolicy(d *source.Draft[Bucket]) {
	b := d.Config
	policyBlocked := d.Tri("public_access_block", b.PublicAccessBlock.RestrictPublicBuckets)
	listBlocked := d.Tri("public_access_block", b.PublicAccessBlock.IgnorePublicACLs).Or(d.Tri("ownership", b.Ownership == "BucketOwnerEnforced"))
	f := facet.AccessPolicy{
		Documents: []policydoc.Document{}, Grants: []facet.Grant{},
		PolicyBlocked: policyBlocked, ListBlocked: listBlocked, Enforced: policyBlocked.And(listBlocked),
	}
	if b.Policy != nil {
		f.Documents = append(f.Documents, *b.Policy)
	}
	for _, g := range b.Grants {
		f.Grants = append(f.Grants, neutralGrant(g))
	}
	d.Offer(f)
	d.Carry("policy", "facets.access_policy.documents")
	d.Carry("grants", "facets.access_policy.grants")
}

func neutralGrant(g Grant) facet.Grant {
	full := g.Permission == "FULL_CONTROL"
	return facet.Grant{
		Principal: g.Grantee, Permission: g.Permission, Anyone: g.Group == "everyone" || g.Group == "authenticated",
		Read:  full || g.Permission == "READ" || g.Permission == "READ_ACP",
		Write: full || g.Permission == "WRITE" || g.Permission == "WRITE_ACP",
	}
}
