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

// ReplicationGroup is a Redis or Valkey cache of one or more shards. It is only
// reachable from its VPC.
type ReplicationGroup struct {
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Engine is redis or valkey.
	Engine string `json:"engine"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// EncryptedAtRest is whether what it writes to disk is encrypted.
	EncryptedAtRest bool `json:"encrypted_at_rest"`
	// KMSKey is the ARN of the key; empty for the key of the service.
	KMSKey string `json:"kms_key"`
	// EncryptedInTransit is whether it speaks TLS.
	EncryptedInTransit bool `json:"encrypted_in_transit"`
	// TLSRequired is whether plain connections are refused: TLS can be preferred only.
	TLSRequired bool `json:"tls_required"`
	// AuthToken is whether a password is asked for.
	AuthToken bool `json:"auth_token"`
	// UserGroups are the groups of users that may sign in; empty when it has no users.
	UserGroups []string `json:"user_groups"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// AutomaticFailover is whether a replica takes over by itself.
	AutomaticFailover bool `json:"automatic_failover"`
	// MultiAZ is whether replicas stand in other zones.
	MultiAZ bool `json:"multi_az"`
	// SnapshotRetentionDays is how long automated snapshots are kept; 0 turns them off.
	SnapshotRetentionDays int `json:"snapshot_retention_days"`
	// Logs are the kinds of logs that are delivered: slow-log, engine-log.
	Logs []string `json:"logs"`
	// Members are the names of its clusters.
	Members []string `json:"members"`
	// Port is where it listens; 0 when it has no address yet.
	Port int `json:"port"`
	// Node is what its first member says; absent when it has none.
	Node *Node `json:"node,omitempty"`
}

// Node is what the clusters of a group have in common.
type Node struct {
	// EngineVersion is the version of the engine.
	EngineVersion string `json:"engine_version"`
	// SubnetGroup is the set of subnets it stands in.
	SubnetGroup string `json:"subnet_group"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var replicationGroup = source.Type[*aws.Session, ReplicationGroup]{
	Name:     "aws_elasticache_replication_group",
	Service:  "elasticache",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeReplicationGroups", Permission: "elasticache:DescribeReplicationGroups"},
		{Op: "DescribeCacheClusters", Permission: "elasticache:DescribeCacheClusters", Fills: []string{"node"}},
		{Op: "ListTagsForResource", Permission: "elasticache:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateReplicationGroup", "DeleteReplicationGroup", "ModifyReplicationGroup", "ModifyCacheCluster", "AddTagsToResource", "RemoveTagsFromResource"},
	Gone:    []string{"ReplicationGroupNotFoundFault"},
	List:    listReplicationGroups,
	Detail:  readReplicationGroup,
	Facets:  replicationGroupFacets,
}

func listReplicationGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[ReplicationGroup])) error {
	size := int32(100)
	pages := sdk.NewDescribeReplicationGroupsPaginator(client(s), &sdk.DescribeReplicationGroupsInput{MaxRecords: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.ReplicationGroups {
			found(draftReplicationGroup(s, g))
		}
	}
	return nil
}

func draftReplicationGroup(s *aws.Session, g types.ReplicationGroup) *source.Draft[ReplicationGroup] {
	d := &source.Draft[ReplicationGroup]{ID: aws.Value(g.ARN), Name: aws.Value(g.ReplicationGroupId), Created: aws.Value(g.ReplicationGroupCreateTime).In(time.UTC)}
	tls := aws.Value(g.TransitEncryptionEnabled)
	d.Config = ReplicationGroup{
		Description: aws.Value(g.Description), Engine: aws.Value(g.Engine), Status: aws.Value(g.Status),
		EncryptedAtRest: aws.Value(g.AtRestEncryptionEnabled), KMSKey: aws.Value(g.KmsKeyId), EncryptedInTransit: tls,
		TLSRequired: tls && g.TransitEncryptionMode != types.TransitEncryptionModePreferred,
		AuthToken:   aws.Value(g.AuthTokenEnabled), UserGroups: g.UserGroupIds, AutoMinorUpgrade: aws.Value(g.AutoMinorVersionUpgrade),
		AutomaticFailover: g.AutomaticFailover == types.AutomaticFailoverStatusEnabled, MultiAZ: g.MultiAZ == types.MultiAZStatusEnabled,
		SnapshotRetentionDays: int(aws.Value(g.SnapshotRetentionLimit)), Logs: logTypes(g.LogDeliveryConfigurations), Members: g.MemberClusters,
		Port: port(g),
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

func port(g types.ReplicationGroup) int {
	if g.ConfigurationEndpoint != nil {
		return int(aws.Value(g.ConfigurationEndpoint.Port))
	}
	for _, n := range g.NodeGroups {
		if n.PrimaryEndpoint != nil {
			return int(aws.Value(n.PrimaryEndpoint.Port))
		}
	}
	return 0
}

func readReplicationGroup(ctx context.Context, s *aws.Session, d *source.Draft[ReplicationGroup]) error {
	d.Try("node", func() error {
		all, err := clusters(ctx, s)
		if err != nil {
			return err
		}
		for _, c := range all {
			if aws.Value(c.ReplicationGroupId) != d.Name || d.Config.Node != nil {
				continue
			}
			d.Config.Node = &Node{EngineVersion: aws.Value(c.EngineVersion), SubnetGroup: aws.Value(c.CacheSubnetGroupName)}
			for _, g := range c.SecurityGroups {
				d.Config.Node.SecurityGroups = append(d.Config.Node.SecurityGroups, aws.Value(g.SecurityGroupId))
				d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+aws.Value(g.SecurityGroupId)))
			}
		}
		return nil
	})
	d.Try("tags", func() (err error) {
		d.Tags, err = tags(ctx, s, d.ID)
		return err
	})
	return nil
}

func replicationGroupFacets(d *source.Draft[ReplicationGroup]) {
	c := d.Config
	d.Offer(facet.Encryption{
		AtRest: estate.TriOf(c.EncryptedAtRest), CustomerKey: estate.TriOf(c.EncryptedAtRest && c.KMSKey != ""),
		KeyID: c.KMSKey, InTransit: estate.TriOf(c.TLSRequired),
	})
	d.Offer(facet.Backup{
		Automated: estate.TriOf(c.SnapshotRetentionDays > 0), RetentionDays: c.SnapshotRetentionDays,
		PointInTime: estate.No, DeletionProtected: estate.No,
	})
	store := facet.DataStore{Kind: "cache", Engine: c.Engine, Versioned: estate.No, PasswordLogin: estate.Yes}
	if len(c.UserGroups) > 0 {
		store.PasswordLogin = estate.Maybe // a user signs in with a password or as an AWS identity
	}
	if c.Node != nil {
		store.Version = c.Node.EngineVersion
	}
	d.Offer(store)
	d.Carry("node", "facets.data_store.version")
	d.Offer(facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: ports(c.Port)})
	d.Offer(facet.Logging{Enabled: estate.TriOf(len(c.Logs) > 0)})
}

// ports is empty while no port is known.
func ports(port int) []int {
	if port == 0 {
		return []int{}
	}
	return []int{port}
}
