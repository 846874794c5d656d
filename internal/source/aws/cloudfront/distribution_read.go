package cloudfront

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readDistribution(ctx context.Context, s *aws.Session, d *source.Draft[Distribution]) error {
	d.Try("default_root_object", func() error {
		out, err := client(s).GetDistributionConfig(ctx, &sdk.GetDistributionConfigInput{Id: &d.Name})
		if err != nil {
			return err
		}
		c := out.DistributionConfig
		if c == nil {
			return estate.Errorf(estate.CodeUnavailable, "read "+d.ID, "CloudFront answered nothing")
		}
		d.Config.DefaultRootObject = aws.Value(c.DefaultRootObject)
		if c.Logging != nil && aws.Value(c.Logging.Enabled) {
			d.Config.LogBucket = aws.Value(c.Logging.Bucket)
		}
		return nil
	}, "log_bucket")
	d.Try("log_deliveries", func() error {
		deliveries, err := logDeliveries(ctx, s)
		d.Config.LogDeliveries = deliveries[d.ID]
		return err
	})
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{Resource: &d.ID})
		if err != nil {
			return err
		}
		if out.Tags != nil {
			d.Tags = aws.Tags(out.Tags.Items, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
		}
		return nil
	})
	return nil
}

// logDeliveries returns the log deliveries of the region by the resource whose logs they
// carry. Those of CloudFront are kept in its home region.
func logDeliveries(ctx context.Context, s *aws.Session) (map[string][]string, error) {
	return aws.Shared(s, "cloudfront log deliveries", func() (map[string][]string, error) {
		sources, err := deliverySources(ctx, s)
		if err != nil {
			return nil, err
		}
		size := int32(50)
		deliveries := map[string][]string{}
		pages := logs.NewDescribeDeliveriesPaginator(logsClient(s), &logs.DescribeDeliveriesInput{Limit: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, one := range page.Deliveries {
				for _, resource := range sources[aws.Value(one.DeliverySourceName)] {
					deliveries[resource] = append(deliveries[resource], aws.Value(one.DeliveryDestinationArn))
				}
			}
		}
		return deliveries, nil
	})
}

// deliverySources returns the resources behind each source of logs.
func deliverySources(ctx context.Context, s *aws.Session) (map[string][]string, error) {
	size := int32(50)
	sources := map[string][]string{}
	pages := logs.NewDescribeDeliverySourcesPaginator(logsClient(s), &logs.DescribeDeliverySourcesInput{Limit: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range page.DeliverySources {
			sources[aws.Value(one.Name)] = one.ResourceArns
		}
	}
	return sources, nil
}

func logsClient(s *aws.Session) *logs.Client { return aws.Client(s, logs.NewFromConfig) }

func distributionFacets(d *source.Draft[Distribution]) {
	c := d.Config
	if strings.HasPrefix(c.WebACL, "arn:") {
		d.Relate(estate.GuardedBy, c.WebACL)
	}
	for _, o := range c.Origins {
		if o.Bucket != "" {
			d.Relate(estate.RoutesTo, "arn:aws:s3:::"+o.Bucket)
		}
	}
	for _, destination := range c.LogDeliveries {
		d.Relate(estate.LogsTo, destination)
	}
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.Enabled), AllowedRanges: []string{}, Ports: []int{80, 443}})
	plain := slices.ContainsFunc(c.Behaviors, func(b Behavior) bool { return b.ViewerProtocol == string(types.ViewerProtocolPolicyAllowAll) })
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.No, InTransit: estate.TriOf(!plain)})
	enabled := d.Tri("log_bucket", c.LogBucket != "").Or(d.Tri("log_deliveries", len(c.LogDeliveries) > 0))
	d.Offer(facet.Logging{Enabled: enabled, Target: c.LogBucket})
}
