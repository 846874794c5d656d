package memorydb

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/memorydb"
	"github.com/aws/aws-sdk-go-v2/service/memorydb/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Cluster is a database of MemoryDB. It is always encrypted at rest, and only reachable
// from its VPC.
type Cluster struct {
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Engine is redis or valkey.
	Engine string `json:"engine"`
	// EngineVersion is its version.
	EngineVersion string `json:"engine_version"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// TLS is whether it speaks TLS, and only TLS.
	TLS bool `json:"tls"`
	// KMSKey is the ARN of the key; empty for the key of the service.
	KMSKey string `json:"kms_key"`
	// ACL is the list of users that may sign in; open-access lets everyone in without
	// a password.
	ACL string `json:"acl"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// SnapshotRetentionDays is how long automated snapshots are kept; 0 turns them off.
	SnapshotRetentionDays int `json:"snapshot_retention_days"`
	// MultiAZ is whether replicas stand in other zones.
	MultiAZ bool `json:"multi_az"`
	// SubnetGroup is the set of subnets it stands in.
	SubnetGroup string `json:"subnet_group"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Port is where it listens; 0 when it has no address yet.
	Port int `json:"port"`
}

var cluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_memorydb_cluster",
	Service:  "memorydb",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeClusters", Permission: "memorydb:DescribeClusters"},
		{Op: "ListTags", Permission: "memorydb:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateCluster", "DeleteCluster", "UpdateCluster", "TagResource", "UntagResource"},
	Gone:    []string{"ClusterNotFoundFault"},
	List:    listClusters,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
		d.Try("tags", func() error {
			out, err := client(s).ListTags(ctx, &sdk.ListTagsInput{ResourceArn: &d.ID})
			if err == nil {
				d.Tags = aws.Tags(out.TagList, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
			}
			return err
		})
		return nil
	},
	Facets: clusterFacets,
}

func listClusters(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
	size := int32(100)
	pages := sdk.NewDescribeClustersPaginator(client(s), &sdk.DescribeClustersInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.Clusters {
			found(draft(s, c))
		}
	}
	return nil
}

func draft(s *aws.Session, c types.Cluster) *source.Draft[Cluster] {
	d := &source.Draft[Cluster]{ID: aws.Value(c.ARN), Name: aws.Value(c.Name)}
	d.Config = Cluster{
		Description: aws.Value(c.Description), Engine: aws.Value(c.Engine), EngineVersion: aws.Value(c.EngineVersion), Status: aws.Value(c.Status),
		TLS: aws.Value(c.TLSEnabled), KMSKey: aws.Value(c.KmsKeyId), ACL: aws.Value(c.ACLName), AutoMinorUpgrade: aws.Value(c.AutoMinorVersionUpgrade),
		SnapshotRetentionDays: int(aws.Value(c.SnapshotRetentionLimit)), MultiAZ: c.AvailabilityMode == types.AZStatusMultiAZ, SubnetGroup: aws.Value(c.SubnetGroupName),
	}
	if c.ClusterEndpoint != nil {
		d.Config.Port = int(c.ClusterEndpoint.Port)
	}
	for _, g := range c.SecurityGroups {
		d.Config.SecurityGroups = append(d.Config.SecurityGroups, aws.Value(g.SecurityGroupId))
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+aws.Value(g.SecurityGroupId)))
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

func clusterFacets(d *source.Draft[Cluster]) {
	c := d.Config
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(c.KMSKey != ""), KeyID: c.KMSKey, InTransit: estate.TriOf(c.TLS)})
	d.Offer(facet.Backup{
		Automated: estate.TriOf(c.SnapshotRetentionDays > 0), RetentionDays: c.SnapshotRetentionDays, PointInTime: estate.No, DeletionProtected: estate.No,
	})
	login := estate.Maybe // a user signs in with a password or as an AWS identity
	if c.ACL == "open-access" {
		login = estate.Yes
	}
	d.Offer(facet.DataStore{Kind: "key-value", Engine: c.Engine, Version: c.EngineVersion, Versioned: estate.No, PasswordLogin: login})
	ports := []int{}
	if c.Port != 0 {
		ports = append(ports, c.Port)
	}
	d.Offer(facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: ports})
}
