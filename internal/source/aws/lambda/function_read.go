package lambda

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readFunction(ctx context.Context, s *aws.Session, d *source.Draft[Function]) error {
	d.Try("environment", func() error { return d.Config.environmentError })
	d.Try("policy", func() (err error) {
		d.Config.Policy, err = policyOf(ctx, s, d.ID)
		return err
	})
	if d.Try("urls", func() error { return readURLs(ctx, s, d) }) {
		readAliasPolicies(ctx, s, d)
	}
	d.Try("code_signing_config", func() error {
		configs, err := signingConfigs(ctx, s)
		d.Config.CodeSigningConfig = configs[d.ID]
		return err
	})
	if d.Config.VPC != nil {
		d.Try("vpc.zones", func() error { return readZones(ctx, s, d.Config.VPC) })
	}
	d.Try("tags", func() error {
		out, err := client(s).ListTags(ctx, &sdk.ListTagsInput{Resource: &d.ID})
		if err != nil {
			return err
		}
		d.Tags = out.Tags
		return nil
	})
	return nil
}

// policyOf returns the policy of a function or an alias. It takes "not found" for one
// without a policy: Lambda says the same of a function that is gone, which the other
// reads then tell.
func policyOf(ctx context.Context, s *aws.Session, arn string) (*policydoc.Document, error) {
	out, err := client(s).GetPolicy(ctx, &sdk.GetPolicyInput{FunctionName: &arn})
	if err != nil {
		return nil, aws.Absent(err, "ResourceNotFoundException")
	}
	return policydoc.Parse(aws.Value(out.Policy))
}

// readAliasPolicies fills in the policies of the aliases that have an address.
func readAliasPolicies(ctx context.Context, s *aws.Session, d *source.Draft[Function]) {
	for i := range d.Config.URLs {
		u := &d.Config.URLs[i]
		if u.Alias == "" {
			continue
		}
		d.Try(fmt.Sprintf("urls[%d].policy", i), func() (err error) {
			u.Policy, err = policyOf(ctx, s, d.ID+":"+u.Alias)
			return err
		})
	}
}

func readURLs(ctx context.Context, s *aws.Session, d *source.Draft[Function]) error {
	size := int32(50)
	pages := sdk.NewListFunctionUrlConfigsPaginator(client(s), &sdk.ListFunctionUrlConfigsInput{FunctionName: &d.ID, MaxItems: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			d.Config.URLs = nil
			return err
		}
		for _, u := range page.FunctionUrlConfigs {
			url := URL{Alias: alias(aws.Value(u.FunctionArn)), AuthType: string(u.AuthType)}
			if u.Cors != nil {
				url.AllowedOrigins, url.AllowCredentials = u.Cors.AllowOrigins, aws.Value(u.Cors.AllowCredentials)
			}
			d.Config.URLs = append(d.Config.URLs, url)
		}
	}
	return nil
}

// alias returns the qualifier behind a function's name in its ARN.
func alias(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) < 8 {
		return ""
	}
	return parts[7]
}

// signingConfigs returns the signing config of each function that has one. Asking from
// the side of the configs, of which most accounts have none, saves a call per function.
func signingConfigs(ctx context.Context, s *aws.Session) (map[string]string, error) {
	return aws.Shared(s, "lambda signing configs", func() (map[string]string, error) {
		size := int32(100)
		configs := map[string]string{}
		pages := sdk.NewListCodeSigningConfigsPaginator(client(s), &sdk.ListCodeSigningConfigsInput{MaxItems: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, c := range page.CodeSigningConfigs {
				if err := signedFunctions(ctx, s, aws.Value(c.CodeSigningConfigArn), configs); err != nil {
					return nil, err
				}
			}
		}
		return configs, nil
	})
}

func signedFunctions(ctx context.Context, s *aws.Session, config string, into map[string]string) error {
	size := int32(100)
	pages := sdk.NewListFunctionsByCodeSigningConfigPaginator(client(s), &sdk.ListFunctionsByCodeSigningConfigInput{CodeSigningConfigArn: &config, MaxItems: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, arn := range page.FunctionArns {
			into[arn] = config
		}
	}
	return nil
}

// readZones fills in the availability zones behind the subnets. A subnet of another
// account, shared with this one, is listed as well.
func readZones(ctx context.Context, s *aws.Session, v *VPC) error {
	zones, err := subnetZones(ctx, s)
	if err != nil {
		return err
	}
	var found []string
	for _, id := range v.Subnets {
		zone, ok := zones[id]
		if !ok {
			return estate.Errorf(estate.CodeUnavailable, "read the zone of "+id, "EC2 does not list the subnet")
		}
		found = append(found, zone)
	}
	slices.Sort(found)
	v.Zones = slices.Compact(found)
	return nil
}

func subnetZones(ctx context.Context, s *aws.Session) (map[string]string, error) {
	return aws.Shared(s, "lambda subnet zones", func() (map[string]string, error) {
		zones := map[string]string{}
		size := int32(1000)
		pages := ec2.NewDescribeSubnetsPaginator(aws.Client(s, ec2.NewFromConfig), &ec2.DescribeSubnetsInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, n := range page.Subnets {
				zones[aws.Value(n.SubnetId)] = aws.Value(n.AvailabilityZone)
			}
		}
		return zones, nil
	})
}
