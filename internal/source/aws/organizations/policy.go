package organizations

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Policy is a policy over accounts, of a kind that the organisation has switched on.
type Policy struct {
	// PolicyID is its short id, such as p-ab12cd34.
	PolicyID string `json:"policy_id"`
	// Kind is SERVICE_CONTROL_POLICY (what identities of accounts may do at most),
	// RESOURCE_CONTROL_POLICY (what may be done with resources of accounts at most),
	// TAG_POLICY, BACKUP_POLICY, DECLARATIVE_POLICY_EC2 and others.
	Kind string `json:"kind"`
	// ManagedByAWS is whether AWS wrote it, such as FullAWSAccess.
	ManagedByAWS bool `json:"managed_by_aws"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Document is what it says; absent for kinds that are written in another language.
	Document *policydoc.Document `json:"document,omitempty"`
	// Targets are the roots, units and accounts it is attached to; empty when it has
	// no effect.
	Targets []Target `json:"targets"`
}

// Target is what a policy is attached to.
type Target struct {
	// TargetID is its short id or the account's twelve digits.
	TargetID string `json:"target_id"`
	// Kind is ROOT, ORGANIZATIONAL_UNIT or ACCOUNT.
	Kind string `json:"kind"`
	// TargetName is what it is called.
	TargetName string `json:"target_name"`
}

var policy = source.Type[*aws.Session, Policy]{
	Name:     "aws_organizations_policy",
	Service:  "organizations",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "ListRoots", Permission: "organizations:ListRoots"},
		{Op: "ListPolicies", Permission: "organizations:ListPolicies"},
		{Op: "DescribePolicy", Permission: "organizations:DescribePolicy", Fills: []string{"document"}},
		{Op: "ListTargetsForPolicy", Permission: "organizations:ListTargetsForPolicy", Fills: []string{"targets"}},
		tagsCall,
	},
	Refresh: []string{
		"CreatePolicy", "UpdatePolicy", "DeletePolicy", "AttachPolicy", "DetachPolicy", "EnablePolicyType", "DisablePolicyType", "TagResource", "UntagResource",
	},
	Gone:   []string{"PolicyNotFoundException"},
	List:   told(listPolicies),
	Detail: readPolicy,
}

func listPolicies(ctx context.Context, s *aws.Session, found func(*source.Draft[Policy])) error {
	top, err := roots(ctx, s)
	if err != nil {
		return err
	}
	kinds := enabled(top)
	slices.Sort(kinds)
	for _, kind := range slices.Compact(kinds) {
		pages := sdk.NewListPoliciesPaginator(client(s), &sdk.ListPoliciesInput{Filter: types.PolicyType(kind)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, p := range page.Policies {
				found(&source.Draft[Policy]{ID: aws.Value(p.Arn), Name: aws.Value(p.Name), Config: Policy{
					PolicyID: aws.Value(p.Id), Kind: kind, ManagedByAWS: p.AwsManaged, Description: aws.Value(p.Description),
				}})
			}
		}
	}
	return nil
}

func readPolicy(ctx context.Context, s *aws.Session, d *source.Draft[Policy]) error {
	p := &d.Config
	if p.Kind == string(types.PolicyTypeServiceControlPolicy) || p.Kind == string(types.PolicyTypeResourceControlPolicy) {
		d.Try("document", func() error {
			out, err := client(s).DescribePolicy(ctx, &sdk.DescribePolicyInput{PolicyId: &p.PolicyID})
			if err != nil {
				return err
			}
			if out.Policy == nil {
				return estate.Errorf(estate.CodeUnavailable, "read the policy", "the answer has none")
			}
			p.Document, err = policydoc.Parse(aws.Value(out.Policy.Content))
			return err
		})
	}
	d.Try("targets", func() error {
		targets := []Target{}
		pages := sdk.NewListTargetsForPolicyPaginator(client(s), &sdk.ListTargetsForPolicyInput{PolicyId: &p.PolicyID})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, t := range page.Targets {
				targets = append(targets, Target{TargetID: aws.Value(t.TargetId), Kind: string(t.Type), TargetName: aws.Value(t.Name)})
				d.Relate(estate.AttachedTo, aws.Value(t.Arn))
			}
		}
		p.Targets = targets
		return nil
	})
	if !p.ManagedByAWS {
		readTags(ctx, s, d, p.PolicyID)
	}
	return nil
}
