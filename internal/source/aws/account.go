package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/estate"
)

// Account is an account that was entered. It may be used concurrently.
type Account struct {
	// ID is the twelve-digit id.
	ID string
	// Partition is aws, aws-cn or aws-us-gov.
	Partition string

	connector *Connector
	config    aws.Config
}

// Session returns a new session for a region.
func (a *Account) Session(region string) *Session {
	s := NewSession(a.config, a.Partition, a.ID, region)
	s.PathStyle = a.connector.endpoint() != ""
	return s
}

// Home is the region in which the account's global services answer.
func (a *Account) Home() string {
	if home, ok := homeRegions[a.Partition]; ok {
		return home
	}
	return a.config.Region
}

// Regions returns the regions that are enabled for the account, sorted. An account
// without any is an error: a scan of nothing must not look clean.
func (a *Account) Regions(ctx context.Context) ([]string, error) {
	out, err := ec2.NewFromConfig(a.config, func(o *ec2.Options) { o.Region = a.firstRegion() }).DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
	if err != nil {
		p := Explain(err)
		return nil, estate.Errorf(p.Code, "list the regions of account "+a.ID, "%s", p.Detail).
			WithHint("allow ec2:DescribeRegions, or name the regions with --regions")
	}
	var names []string
	for _, r := range out.Regions {
		if status := aws.ToString(r.OptInStatus); status != "not-opted-in" {
			names = append(names, aws.ToString(r.RegionName))
		}
	}
	if len(names) == 0 {
		return nil, estate.Errorf(estate.CodeUnavailable, "list the regions of account "+a.ID, "AWS named none").
			WithHint("name the regions with --regions")
	}
	slices.Sort(names)
	return names, nil
}

// firstRegion is the configured region when it lies in the partition.
func (a *Account) firstRegion() string {
	region := a.config.Region
	if strings.HasPrefix(region, "cn-") == (a.Partition == "aws-cn") && strings.HasPrefix(region, "us-gov-") == (a.Partition == "aws-us-gov") {
		return region
	}
	return a.Home()
}
