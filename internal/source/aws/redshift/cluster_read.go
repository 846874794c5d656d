package redshift

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/redshift"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readCluster(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
	c := &d.Config
	if c.ParameterGroup != "" {
		d.Try("parameters", func() error {
			found, err := parameters(ctx, s, c.ParameterGroup)
			if err != nil {
				return err
			}
			c.Parameters, c.TLSRequired = found, tlsRequired(found, c.ParametersPending)
			return nil
		}, "tls_required")
	}
	d.Try("logging", func() error {
		out, err := client(s).DescribeLoggingStatus(ctx, &sdk.DescribeLoggingStatusInput{ClusterIdentifier: &d.Name})
		if err != nil || !aws.Value(out.LoggingEnabled) {
			return err
		}
		c.Logging = &Logging{Destination: string(out.LogDestinationType), Bucket: aws.Value(out.BucketName), Exports: out.LogExports}
		if c.Logging.Destination == "" {
			c.Logging.Destination = "s3"
		}
		if c.Logging.Bucket != "" {
			d.Relate(estate.LogsTo, "arn:"+s.Partition+":s3:::"+c.Logging.Bucket)
		}
		return nil
	})
	return nil
}

// deciding are the parameters that decide about TLS and logs.
var deciding = []string{"require_ssl", "use_fips_ssl", "enable_user_activity_logging"}

func parameters(ctx context.Context, s *aws.Session, group string) (map[string]string, error) {
	return aws.Shared(s, "redshift parameters "+group, func() (map[string]string, error) {
		found := map[string]string{}
		size := int32(100)
		pages := sdk.NewDescribeClusterParametersPaginator(client(s), &sdk.DescribeClusterParametersInput{ParameterGroupName: &group, MaxRecords: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, p := range page.Parameters {
				if name := aws.Value(p.ParameterName); slices.Contains(deciding, name) && p.ParameterValue != nil {
					found[name] = *p.ParameterValue
				}
			}
		}
		return found, nil
	})
}

func tlsRequired(parameters map[string]string, pending bool) estate.Tri {
	value, set := parameters["require_ssl"]
	if !set || pending {
		return estate.Maybe
	}
	return estate.TriOf(strings.EqualFold(value, "true"))
}

func clusterFacets(d *source.Draft[Cluster]) {
	c := d.Config
	customer := estate.Maybe // the ARN of a key does not tell whose it is
	if !c.Encrypted || c.KMSKey == "" {
		customer = estate.No
	}
	d.Offer(facet.Encryption{AtRest: estate.TriOf(c.Encrypted), CustomerKey: customer, KeyID: c.KMSKey, InTransit: c.TLSRequired})
	d.Offer(facet.Backup{
		Automated: estate.TriOf(c.SnapshotRetentionDays > 0), RetentionDays: c.SnapshotRetentionDays,
		PointInTime: estate.No, DeletionProtected: estate.No,
	})
	// AWS identities can sign in as well, but users with passwords are always possible.
	d.Offer(facet.DataStore{Kind: "warehouse", Engine: "redshift", Version: c.Version, Versioned: estate.No, PasswordLogin: estate.Yes})
	ports := []int{}
	if c.Port != 0 {
		ports = append(ports, c.Port)
	}
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.PubliclyAccessible), AllowedRanges: []string{}, Ports: ports})
	logging := facet.Logging{Enabled: d.Tri("logging", c.Logging != nil)}
	if c.Logging != nil {
		logging.Target = c.Logging.Bucket
	}
	d.Offer(logging)
	d.Carry("logging", "facets.logging.target")
}
