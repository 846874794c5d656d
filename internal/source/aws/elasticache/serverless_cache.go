package elasticache

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// ServerlessCache is a cache without nodes to look after. It is always encrypted, only
// speaks TLS, and is only reachable from its VPC.
type ServerlessCache struct {
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Engine is redis, valkey or memcached.
	Engine string `json:"engine"`
	// EngineVersion is its version.
	EngineVersion string `json:"engine_version"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// KMSKey is the key as it was named; empty for the key of the service.
	KMSKey string `json:"kms_key"`
	// UserGroup is the group of users that may sign in; empty when it asks for nothing.
	// Memcached has no users.
	UserGroup string `json:"user_group"`
	// SnapshotRetentionDays is how long automated snapshots are kept; 0 turns them off.
	// Memcached has none.
	SnapshotRetentionDays int `json:"snapshot_retention_days"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
}

var serverlessCache = source.Type[*aws.Session, ServerlessCache]{
	Name:     "aws_elasticache_serverless_cache",
	Service:  "elasticache",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeServerlessCaches", Permission: "elasticache:DescribeServerlessCaches"},
		{Op: "ListTagsForResource", Permission: "elasticache:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateServerlessCache", "DeleteServerlessCache", "ModifyServerlessCache", "AddTagsToResource", "RemoveTagsFromResource"},
	Gone:    []string{"ServerlessCacheNotFoundFault"},
	List:    listServerlessCaches,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ServerlessCache]) error {
		d.Try("tags", func() (err error) {
			d.Tags, err = tags(ctx, s, d.ID)
			return err
		})
		return nil
	},
	Facets: serverlessCacheFacets,
}

func listServerlessCaches(ctx context.Context, s *aws.Session, found func(*source.Draft[ServerlessCache])) error {
	size := int32(50)
	pages := sdk.NewDescribeServerlessCachesPaginator(client(s), &sdk.DescribeServerlessCachesInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.ServerlessCaches {
			found(draftServerlessCache(s, c))
		}
	}
	return nil
}

func draftServerlessCache(s *aws.Session, c types.ServerlessCache) *source.Draft[ServerlessCache] {
	d := &source.Draft[ServerlessCache]{ID: aws.Value(c.ARN), Name: aws.Value(c.ServerlessCacheName), Created: aws.Value(c.CreateTime).In(time.UTC)}
	d.Config = ServerlessCache{
		Description: aws.Value(c.Description), Engine: aws.Value(c.Engine), EngineVersion: aws.Value(c.FullEngineVersion), Status: aws.Value(c.Status),
		KMSKey: aws.Value(c.KmsKeyId), UserGroup: aws.Value(c.UserGroupId), SnapshotRetentionDays: int(aws.Value(c.SnapshotRetentionLimit)),
		SecurityGroups: c.SecurityGroupIds, Subnets: c.SubnetIds,
	}
	for _, id := range c.SecurityGroupIds {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+id))
	}
	for _, id := range c.SubnetIds {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+id))
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

func serverlessCacheFacets(d *source.Draft[ServerlessCache]) {
	c := d.Config
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(c.KMSKey != ""), KeyID: c.KMSKey, InTransit: estate.Yes})
	d.Offer(facet.Backup{
		Automated: estate.TriOf(c.SnapshotRetentionDays > 0), RetentionDays: c.SnapshotRetentionDays,
		PointInTime: estate.No, DeletionProtected: estate.No,
	})
	login := estate.Yes
	if c.UserGroup != "" {
		login = estate.Maybe // a user signs in with a password or as an AWS identity
	}
	d.Offer(facet.DataStore{Kind: "cache", Engine: c.Engine, Version: c.EngineVersion, Versioned: estate.No, PasswordLogin: login})
	d.Offer(facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: []int{}})
}
