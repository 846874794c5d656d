package organizations

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Organization is the set of accounts that the account belongs to.
type Organization struct {
	// FeatureSet is ALL, or CONSOLIDATED_BILLING when no policy can be set over accounts.
	FeatureSet string `json:"feature_set"`
	// ManagementAccount is the id of the account that no policy of the organisation limits.
	ManagementAccount string `json:"management_account"`
	// Management is whether it was read from that account.
	Management bool `json:"management"`
	// PolicyTypes are the kinds of policies that are switched on, such as
	// SERVICE_CONTROL_POLICY or RESOURCE_CONTROL_POLICY.
	PolicyTypes []string `json:"policy_types"`
	// TrustedServices are the AWS services that may act in all accounts.
	TrustedServices []string `json:"trusted_services"`
	// DelegationPolicy says what other accounts may do with the organisation; absent
	// when there is none.
	DelegationPolicy *policydoc.Document `json:"delegation_policy,omitempty"`
}

var organization = source.Type[*aws.Session, Organization]{
	Name:     "aws_organizations_organization",
	Service:  "organizations",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "DescribeOrganization", Permission: "organizations:DescribeOrganization"},
		{Op: "ListRoots", Permission: "organizations:ListRoots", Fills: []string{"policy_types"}},
		{Op: "ListAWSServiceAccessForOrganization", Permission: "organizations:ListAWSServiceAccessForOrganization", Fills: []string{"trusted_services"}},
		{Op: "DescribeResourcePolicy", Permission: "organizations:DescribeResourcePolicy", Fills: []string{"delegation_policy"}},
	},
	Refresh: []string{
		"CreateOrganization", "DeleteOrganization", "EnableAllFeatures", "EnablePolicyType", "DisablePolicyType", "EnableAWSServiceAccess",
		"DisableAWSServiceAccess", "PutResourcePolicy", "DeleteResourcePolicy",
	},
	List:   told(listOrganization),
	Detail: readOrganization,
}

func listOrganization(ctx context.Context, s *aws.Session, found func(*source.Draft[Organization])) error {
	out, err := client(s).DescribeOrganization(ctx, &sdk.DescribeOrganizationInput{})
	if err != nil {
		return err
	}
	if o := out.Organization; o != nil {
		found(&source.Draft[Organization]{ID: aws.Value(o.Arn), Name: aws.Value(o.Id), Config: Organization{
			FeatureSet: string(o.FeatureSet), ManagementAccount: aws.Value(o.MasterAccountId), Management: aws.Value(o.MasterAccountId) == s.Account,
		}})
	}
	return nil
}

func readOrganization(ctx context.Context, s *aws.Session, d *source.Draft[Organization]) error {
	d.Try("policy_types", func() error {
		top, err := roots(ctx, s)
		d.Config.PolicyTypes = enabled(top)
		return plainly(err)
	})
	d.Try("trusted_services", func() error {
		pages := sdk.NewListAWSServiceAccessForOrganizationPaginator(client(s), &sdk.ListAWSServiceAccessForOrganizationInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return plainly(err)
			}
			for _, p := range page.EnabledServicePrincipals {
				d.Config.TrustedServices = append(d.Config.TrustedServices, aws.Value(p.ServicePrincipal))
			}
		}
		return nil
	})
	d.Try("delegation_policy", func() error {
		out, err := client(s).DescribeResourcePolicy(ctx, &sdk.DescribeResourcePolicyInput{})
		if err != nil {
			return plainly(aws.Absent(err, "ResourcePolicyNotFoundException"))
		}
		if out.ResourcePolicy == nil {
			return nil
		}
		d.Config.DelegationPolicy, err = policydoc.Parse(aws.Value(out.ResourcePolicy.Content))
		return err
	})
	return nil
}

// enabled returns the kinds of policies that are switched on for all roots.
func enabled(top []types.Root) []string {
	kinds := []string{}
	for _, r := range top {
		for _, p := range r.PolicyTypes {
			if p.Status == types.PolicyTypeStatusEnabled {
				kinds = append(kinds, string(p.Type))
			}
		}
	}
	return kinds
}
