package iam

import (
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Role is an identity without credentials of its own: whoever its trust policy names
// may take it for a while.
type Role struct {
	// Path is the folder in its name, "/" when it has none.
	Path string `json:"path"`
	// ServiceLinked is whether an AWS service owns it; nobody can change what it may do.
	ServiceLinked bool `json:"service_linked"`
	// Trust says who may take it.
	Trust *policydoc.Document `json:"trust,omitempty"`
	// AttachedPolicies are the ARNs of the managed policies it holds.
	AttachedPolicies []string `json:"attached_policies"`
	// InlinePolicies are the policies that stand in it alone.
	InlinePolicies []InlinePolicy `json:"inline_policies"`
	// PermissionsBoundary is the ARN of the policy that caps what it may do; empty
	// when there is none.
	PermissionsBoundary string `json:"permissions_boundary"`
	// LastUsed is when it last made a request; absent when it did not in the last 400
	// days, which is how far AWS looks back.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// LastUsedRegion is where that was; empty when it is not told.
	LastUsedRegion string `json:"last_used_region"`
	// MaxSessionSeconds is how long a session of it may last at most.
	MaxSessionSeconds int `json:"max_session_seconds"`
	// InstanceProfiles are the ARNs of the profiles through which EC2 instances get it.
	InstanceProfiles []string `json:"instance_profiles"`
}

// serviceLinkedPath is the folder of the roles that AWS services own.
const serviceLinkedPath = "/aws-service-role/"

var role = source.Type[*aws.Session, Role]{
	Name:     "aws_iam_role",
	Service:  "iam",
	Locality: source.Global,
	Always:   true,
	Calls: []source.Call{
		detailsCall,
		{Op: "ListRoles", Permission: "iam:ListRoles", Fills: []string{"max_session_seconds"}},
	},
	Refresh: []string{
		"CreateRole", "DeleteRole", "UpdateRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "DeleteRolePolicy",
		"AttachRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "TagRole",
		"UntagRole", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "CreateServiceLinkedRole",
		"DeleteServiceLinkedRole", "UpdateRoleDescription",
	},
	List:   listRoles,
	Detail: readRole,
}

func listRoles(ctx context.Context, s *aws.Session, found func(*source.Draft[Role])) error {
	return details(ctx, s, func(out *sdk.GetAccountAuthorizationDetailsOutput) {
		for i := range out.RoleDetailList {
			found(draftRole(&out.RoleDetailList[i]))
		}
	}, types.EntityTypeRole)
}

func draftRole(r *types.RoleDetail) *source.Draft[Role] {
	d := &source.Draft[Role]{ID: aws.Value(r.Arn), Name: aws.Value(r.RoleName), Tags: tags(r.Tags), Created: aws.Value(r.CreateDate).In(time.UTC)}
	d.Config = Role{
		Path: aws.Value(r.Path), ServiceLinked: strings.HasPrefix(aws.Value(r.Path), serviceLinkedPath),
		Trust: parse(aws.Value(r.AssumeRolePolicyDocument)), AttachedPolicies: attached(r.AttachedManagedPolicies),
		InlinePolicies: inlinePolicies(r.RolePolicyList), PermissionsBoundary: boundary(r.PermissionsBoundary),
	}
	if used := r.RoleLastUsed; used != nil {
		d.Config.LastUsed, d.Config.LastUsedRegion = utc(used.LastUsedDate), aws.Value(used.Region)
	}
	for _, p := range r.InstanceProfileList {
		d.Config.InstanceProfiles = append(d.Config.InstanceProfiles, aws.Value(p.Arn))
	}
	return d
}

func readRole(ctx context.Context, s *aws.Session, d *source.Draft[Role]) error {
	r := &d.Config
	d.Try("max_session_seconds", func() error { return readMaxSession(ctx, s, d) })
	misread(d, "trust", r.Trust)
	misreadInline(d, r.InlinePolicies)
	d.Relate(estate.GuardedBy, r.PermissionsBoundary)
	relateTrusted(d)
	d.Offer(facet.Identity{
		Kind: "role", Human: humanRole(r.Trust), MFA: estate.Maybe, Enabled: estate.Yes, LastUsed: r.LastUsed,
		Administrator: administrator(ctx, s, r.InlinePolicies, r.AttachedPolicies, r.PermissionsBoundary),
		Grants:        r.AttachedPolicies, Keys: []facet.Key{},
	})
	d.OfferPolicy("trust", r.Trust)
	return nil
}

// relateTrusted adds an edge to every identity and provider that the trust policy
// allows by its full id.
func relateTrusted(d *source.Draft[Role]) {
	if d.Config.Trust == nil {
		return
	}
	for i := range d.Config.Trust.Statements {
		st := &d.Config.Trust.Statements[i]
		for _, p := range st.Principals {
			if st.Allows() && strings.HasPrefix(p.ID, "arn:") {
				d.Relate(estate.CanAssume, p.ID)
			}
		}
	}
}

// humanRole answers no for a role that only services take; people may take any other.
func humanRole(trust *policydoc.Document) estate.Tri {
	if trust == nil || len(trust.Statements) == 0 {
		return estate.Maybe
	}
	for i := range trust.Statements {
		st := &trust.Statements[i]
		other := func(p policydoc.Principal) bool { return p.Kind != "Service" }
		if st.Allows() && (len(st.NotPrincipals) > 0 || slices.ContainsFunc(st.Principals, other)) {
			return estate.Maybe
		}
	}
	return estate.No
}
