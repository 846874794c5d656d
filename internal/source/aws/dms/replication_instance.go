package dms

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/databasemigrationservice"
	"github.com/aws/aws-sdk-go-v2/service/databasemigrationservice/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ReplicationInstance is a machine that copies databases.
type ReplicationInstance struct {
	// EngineVersion is the version of its software.
	EngineVersion string `json:"engine_version"`
	// Class is the machine it runs on.
	Class string `json:"class"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// PubliclyAccessible is whether it has an address on the internet.
	PubliclyAccessible bool `json:"publicly_accessible"`
	// PublicAddresses are its addresses on the internet.
	PublicAddresses []string `json:"public_addresses"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// MultiAZ is whether a standby waits in another zone.
	MultiAZ bool `json:"multi_az"`
	// KMSKey is the ARN of the key of its storage.
	KMSKey string `json:"kms_key"`
	// VPC is the network it stands in.
	VPC string `json:"vpc"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var replicationInstance = source.Type[*aws.Session, ReplicationInstance]{
	Name:     "aws_dms_replication_instance",
	Service:  "dms",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeReplicationInstances", Permission: "dms:DescribeReplicationInstances"},
		{Op: "ListTagsForResource", Permission: "dms:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateReplicationInstance", "DeleteReplicationInstance", "ModifyReplicationInstance", "AddTagsToResource", "RemoveTagsFromResource"},
	Gone:    []string{"ResourceNotFoundFault"},
	List:    listReplicationInstances,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ReplicationInstance]) error {
		readTags(ctx, s, d)
		return nil
	},
	Facets: func(d *source.Draft[ReplicationInstance]) {
		c := d.Config
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.Maybe, KeyID: c.KMSKey, InTransit: estate.Maybe})
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.PubliclyAccessible), AllowedRanges: []string{}, Ports: []int{}})
	},
}

func listReplicationInstances(ctx context.Context, s *aws.Session, found func(*source.Draft[ReplicationInstance])) error {
	size := int32(100)
	pages := sdk.NewDescribeReplicationInstancesPaginator(client(s), &sdk.DescribeReplicationInstancesInput{MaxRecords: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, i := range page.ReplicationInstances {
			found(draftReplicationInstance(s, i))
		}
	}
	return nil
}

func draftReplicationInstance(s *aws.Session, i types.ReplicationInstance) *source.Draft[ReplicationInstance] {
	d := &source.Draft[ReplicationInstance]{ID: aws.Value(i.ReplicationInstanceArn), Name: aws.Value(i.ReplicationInstanceIdentifier), Created: aws.Value(i.InstanceCreateTime).In(time.UTC)}
	d.Config = ReplicationInstance{
		EngineVersion: aws.Value(i.EngineVersion), Class: aws.Value(i.ReplicationInstanceClass), Status: aws.Value(i.ReplicationInstanceStatus),
		PubliclyAccessible: i.PubliclyAccessible, PublicAddresses: i.ReplicationInstancePublicIpAddresses,
		AutoMinorUpgrade: i.AutoMinorVersionUpgrade, MultiAZ: i.MultiAZ, KMSKey: aws.Value(i.KmsKeyId),
	}
	if g := i.ReplicationSubnetGroup; g != nil {
		d.Config.VPC = aws.Value(g.VpcId)
	}
	for _, g := range i.VpcSecurityGroups {
		d.Config.SecurityGroups = append(d.Config.SecurityGroups, aws.Value(g.VpcSecurityGroupId))
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+aws.Value(g.VpcSecurityGroupId)))
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	return d
}

// readTags fills in the tags of an instance, endpoint or task.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C]) {
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: &d.ID})
		if err == nil {
			d.Tags = aws.Tags(out.TagList, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
		}
		return err
	})
}
