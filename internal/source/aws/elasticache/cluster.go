package elasticache

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Cluster is a cache that belongs to no replication group: Memcached, or a single
// node of Redis or Valkey. It is only reachable from its VPC.
type Cluster struct {
	// Engine is memcached, redis or valkey.
	Engine string `json:"engine"`
	// EngineVersion is its version.
	EngineVersion string `json:"engine_version"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// EncryptedAtRest is whether what it writes to disk is encrypted.
	EncryptedAtRest bool `json:"encrypted_at_rest"`
	// EncryptedInTransit is whether it speaks TLS.
	EncryptedInTransit bool `json:"encrypted_in_transit"`
	// AuthToken is whether a password is asked for.
	AuthToken bool `json:"auth_token"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// SnapshotRetentionDays is how long automated snapshots are kept; 0 turns them off.
	// Memcached has none.
	SnapshotRetentionDays int `json:"snapshot_retention_days"`
	// Nodes is how many nodes it has.
	Nodes int `json:"nodes"`
	// SubnetGroup is the set of subnets it stands in.
	SubnetGroup string `json:"subnet_group"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Logs are the kinds of logs that are delivered: slow-log, engine-log.
	Logs []string `json:"logs"`
}

var cacheCluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_elasticache_cluster",
	Service:  "elasticache",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeCacheClusters", Permission: "elasticache:DescribeCacheClusters"},
		{Op: "ListTagsForResource", Permission: "elasticache:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateCacheCluster", "DeleteCacheCluster", "ModifyCacheCluster", "AddTagsToResource", "RemoveTagsFromResource"},
	Gone:    []string{"CacheClusterNotFound"},
	List:    listCacheClusters,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
		d.Try("tags", func() (err error) {
			d.Tags, err = tags(ctx, s, d.ID)
			return err
		})
		return nil
	},
	Facets: cacheClusterFacets,
}

func listCacheClusters(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
	all, err := clusters(ctx, s)
	if err != nil {
		return err
	}
	for _, c := range all {
		if aws.Value(c.ReplicationGroupId) == "" {
			found(draftCacheCluster(s, c))
		}
	}
	return nil
}

func draftCacheCluster(s *aws.Session, c types.CacheCluster) *source.Draft[Cluster] {
	d := &source.Draft[Cluster]{ID: aws.Value(c.ARN), Name: aws.Value(c.CacheClusterId), Created: aws.Value(c.CacheClusterCreateTime).In(time.UTC)}
	d.Config = Cluster{
		Engine: aws.Value(c.Engine), EngineVersion: aws.Value(c.EngineVersion), Status: aws.Value(c.CacheClusterStatus),
		EncryptedAtRest: aws.Value(c.AtRestEncryptionEnabled), EncryptedInTransit: aws.Value(c.TransitEncryptionEnabled),
		AuthToken: aws.Value(c.AuthTokenEnabled), AutoMinorUpgrade: aws.Value(c.AutoMinorVersionUpgrade),
		SnapshotRetentionDays: int(aws.Value(c.SnapshotRetentionLimit)), Nodes: int(aws.Value(c.NumCacheNodes)),
		SubnetGroup: aws.Value(c.CacheSubnetGroupName), Logs: logTypes(c.LogDeliveryConfigurations),
	}
	for _, g := range c.SecurityGroups {
		d.Config.SecurityGroups = append(d.Config.SecurityGroups, aws.Value(g.SecurityGroupId))
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+aws.Value(g.SecurityGroupId)))
	}
	return d
}

func cacheClusterFacets(d *source.Draft[Cluster]) {
	c := d.Config
	customer := estate.Maybe
	if !c.EncryptedAtRest {
		customer = estate.No
	}
	d.Offer(facet.Encryption{AtRest: estate.TriOf(c.EncryptedAtRest), CustomerKey: customer, InTransit: estate.TriOf(c.EncryptedInTransit)})
	d.Offer(facet.Backup{
		Automated: estate.TriOf(c.SnapshotRetentionDays > 0), RetentionDays: c.SnapshotRetentionDays,
		PointInTime: estate.No, DeletionProtected: estate.No,
	})
	d.Offer(facet.DataStore{Kind: "cache", Engine: c.Engine, Version: c.EngineVersion, Versioned: estate.No, PasswordLogin: estate.Yes})
	d.Offer(facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: []int{}})
	d.Offer(facet.Logging{Enabled: estate.TriOf(len(c.Logs) > 0)})
}
