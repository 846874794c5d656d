package elbv2

import (
	"context"
	"strconv"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waf "github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readLoadBalancer(ctx context.Context, s *aws.Session, d *source.Draft[LoadBalancer]) error {
	batch := d.Config.batch
	d.Config.batch = nil
	d.Try("attributes", func() error {
		out, err := client(s).DescribeLoadBalancerAttributes(ctx, &sdk.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &d.ID})
		if err == nil {
			d.Config.Attributes = attributes(out.Attributes)
		}
		return err
	})
	if bucket := d.Config.Attributes.AccessLogBucket; bucket != "" {
		d.Relate(estate.LogsTo, "arn:"+s.Partition+":s3:::"+bucket)
	}
	if d.Config.Kind == string(types.LoadBalancerTypeEnumApplication) {
		d.Try("web_acl", func() error {
			acls, err := webACLs(ctx, s)
			d.Config.WebACL = acls[d.ID]
			return err
		})
		d.Relate(estate.GuardedBy, d.Config.WebACL)
	}
	readTags(ctx, s, d, batch)
	return nil
}

func attributes(list []types.LoadBalancerAttribute) Attributes {
	m := make(map[string]string, len(list))
	for _, a := range list {
		m[aws.Value(a.Key)] = aws.Value(a.Value)
	}
	on := func(key string) bool { return m[key] == "true" }
	idle, err := strconv.Atoi(m["idle_timeout.timeout_seconds"])
	if err != nil {
		idle = 0
	}
	out := Attributes{
		DeletionProtection: on("deletion_protection.enabled"), AccessLogs: on("access_logs.s3.enabled"),
		ConnectionLogs: on("connection_logs.s3.enabled"), CrossZone: on("load_balancing.cross_zone.enabled"),
		DropsInvalidHeaders: on("routing.http.drop_invalid_header_fields.enabled"), DesyncMode: m["routing.http.desync_mitigation_mode"],
		WAFFailOpen: on("waf.fail_open.enabled"), ZonalShift: on("zonal_shift.config.enabled"), IdleTimeoutSeconds: idle,
	}
	if out.AccessLogs {
		out.AccessLogBucket = m["access_logs.s3.bucket"]
	}
	return out
}

// webACLs returns which web firewall stands before which load balancer of the
// region: a call for each firewall instead of one for each load balancer.
func webACLs(ctx context.Context, s *aws.Session) (map[string]string, error) {
	return aws.Shared(s, "elbv2 web acls", func() (map[string]string, error) {
		client := aws.Client(s, wafv2.NewFromConfig)
		guards := map[string]string{}
		size := int32(100)
		in := &wafv2.ListWebACLsInput{Scope: waf.ScopeRegional, Limit: &size}
		for {
			page, err := client.ListWebACLs(ctx, in)
			if err != nil {
				return nil, err
			}
			for _, acl := range page.WebACLs {
				out, err := client.ListResourcesForWebACL(ctx, &wafv2.ListResourcesForWebACLInput{
					WebACLArn: acl.ARN, ResourceType: waf.ResourceTypeApplicationLoadBalancer,
				})
				if err := aws.Absent(err, "WAFNonexistentItemException"); err != nil {
					return nil, err
				}
				if out != nil {
					for _, arn := range out.ResourceArns {
						guards[arn] = aws.Value(acl.ARN)
					}
				}
			}
			if aws.Value(page.NextMarker) == "" || len(page.WebACLs) == 0 {
				return guards, nil
			}
			in.NextMarker = page.NextMarker
		}
	})
}
