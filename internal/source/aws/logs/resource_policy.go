package logs

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ResourcePolicy is a policy over the log groups of a region: it lets services and
// other accounts write to them or read them. Policies of single log groups are not
// read.
type ResourcePolicy struct {
	// Policy is the document.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

var resourcePolicy = source.Type[*aws.Session, ResourcePolicy]{
	Name:     "aws_cloudwatch_log_resource_policy",
	Service:  "logs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeResourcePolicies", Permission: "logs:DescribeResourcePolicies"},
	},
	Refresh: []string{"PutResourcePolicy", "DeleteResourcePolicy"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[ResourcePolicy])) error {
		all, err := resourcePolicies(ctx, s)
		for _, p := range all {
			name := aws.Value(p.PolicyName)
			found(&source.Draft[ResourcePolicy]{ID: s.ARN("logs", "resource-policy:"+name), Name: name})
		}
		return err
	},
	Detail: readResourcePolicy,
	Facets: func(d *source.Draft[ResourcePolicy]) {
		d.OfferPolicy("policy", d.Config.Policy)
	},
}

// readResourcePolicy parses the document, which came with the list.
func readResourcePolicy(ctx context.Context, s *aws.Session, d *source.Draft[ResourcePolicy]) error {
	d.Try("policy", func() error {
		all, err := resourcePolicies(ctx, s)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p types.ResourcePolicy) bool { return aws.Value(p.PolicyName) == d.Name })
		if i < 0 || aws.Value(all[i].PolicyDocument) == "" {
			return nil
		}
		d.Config.Policy, err = policydoc.Parse(*all[i].PolicyDocument)
		return err
	})
	return nil
}

// resourcePolicies lists the policies of the region once.
func resourcePolicies(ctx context.Context, s *aws.Session) ([]types.ResourcePolicy, error) {
	return aws.Shared(s, "logs resource policies", func() ([]types.ResourcePolicy, error) {
		var all []types.ResourcePolicy
		in := &sdk.DescribeResourcePoliciesInput{Limit: pageSize()}
		for {
			out, err := client(s).DescribeResourcePolicies(ctx, in)
			if err != nil {
				return nil, err
			}
			all = append(all, out.ResourcePolicies...)
			if aws.Value(out.NextToken) == "" {
				return all, nil
			}
			in.NextToken = out.NextToken
		}
	})
}
