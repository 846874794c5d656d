package access

import (
	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// guard is the account-wide block of public access, as far as it was read.
type guard struct {
	facet.PublicGuard

	why *estate.Unknown
}

const (
	bucketType = "aws_s3_bucket"
	pointType  = "aws_s3_access_point"
	guardType  = "aws_s3_account_public_access_block"
)

// block is Amazon S3 Block Public Access over one resource: a policy that AWS calls
// public then lets in AWS services and the owner's account alone ("Blocking public
// access to your Amazon S3 storage", RestrictPublicBuckets).
type block struct {
	// closes is whether the block is on and the policy public.
	closes estate.Tri
	owner  string
	why    *estate.Unknown
}

// block returns the block over a resource; nil when there is none to weigh.
func (d *Directory) block(arn string, target *decide.Resource) *block {
	r := d.Resource(arn)
	if r == nil || r.Type != bucketType && r.Type != pointType || target.Policy == nil {
		return nil
	}
	if made, ok := d.fast.blocks.Load(r); ok {
		return made.(*block) //nolint:forcetypeassert // only blocks are stored
	}
	made := d.blockOver(r, target.Policy)
	d.fast.blocks.Store(r, made)
	return made
}

func (d *Directory) blockOver(r *Resource, policy *policydoc.Document) *block {
	public := identity.Public(policy, identity.Options{Resource: r.ARN}).Verdict
	if public == estate.No {
		return nil
	}
	b := &block{owner: r.Account}
	account, why := d.guardOver(r.Account)
	b.closes = public.And(r.PolicyBlocked.Or(account.BlocksPolicies))
	if b.closes == estate.Maybe {
		b.why = why
		if why == nil {
			b.why = &estate.Unknown{Path: r.ARN + " public_access_block", Reason: estate.Uncollected, Permission: "s3:GetBucketPublicAccessBlock",
				Detail: "whether Block Public Access closes its policy is not known"}
		}
	}
	return b
}

// guardOver returns the account-wide block; where it was not read, what is missing.
func (d *Directory) guardOver(account string) (facet.PublicGuard, *estate.Unknown) {
	g, found := d.guards[account]
	if found {
		return g.PublicGuard, g.why
	}
	unread := facet.PublicGuard{BlocksPolicies: estate.Maybe, IgnoresLists: estate.Maybe}
	if why := d.lost[lostKey(account, guardType)]; len(why) > 0 {
		return unread, &why[0]
	}
	return unread, &estate.Unknown{Path: guardType, Reason: estate.Uncollected, Permission: "s3:GetAccountPublicAccessBlock",
		Detail: "the account-wide Block Public Access is not in the inventory"}
}

// over tells whether the block shuts a caller out.
func (b *block) over(caller *decide.Principal) estate.Tri {
	switch {
	case b == nil || caller.Kind == decide.Service || caller.Account != "" && caller.Account == b.owner:
		return estate.No
	default:
		return b.closes
	}
}

// outcome is what becomes of an outcome under the block.
func (b *block) outcome(caller *decide.Principal, o decide.Outcome) decide.Outcome {
	if denied(o) {
		return o
	}
	switch b.over(caller) {
	case estate.Yes:
		return decide.DeniedExplicitly
	case estate.Maybe:
		return decide.Unknown
	default:
		return o
	}
}

// apply is outcome for a decision with its words.
func (b *block) apply(caller *decide.Principal, made decide.Decision) decide.Decision {
	o := b.outcome(caller, made.Outcome)
	switch {
	case o == made.Outcome && (o != decide.Unknown || b.over(caller) == estate.No):
		return made
	case o == decide.DeniedExplicitly:
		made.By = decide.Statement{Layer: decide.NoLayer, Source: decide.NotePublicBlocked.String(), Index: -1}
		made.Trace = append(made.Trace, decide.Step{Layer: decide.ResourcePolicy, Index: -1, Condition: -1, Note: decide.NotePublicBlocked})
		made.Residue, made.Unknown = decide.Residue{}, nil
	default:
		made.Unknown = append(made.Unknown, *b.why)
	}
	made.Outcome = o
	return made
}
