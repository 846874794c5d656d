package rds

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Snapshot is a copy of a database or of a cluster that stays until someone deletes
// it. Automated copies, which cannot be shared and end by themselves, are left out.
type Snapshot struct {
	// Engine is the product, such as postgres or docdb.
	Engine string `json:"engine"`
	// EngineVersion is its version.
	EngineVersion string `json:"engine_version"`
	// Source is the name of what it is a copy of.
	Source string `json:"source"`
	// Origin is manual, or awsbackup when AWS Backup made it.
	Origin string `json:"origin"`
	// Encrypted is whether it is encrypted.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// SharedWith are the accounts that may restore it; all means every AWS account.
	// Only manual ones can be shared.
	SharedWith []string `json:"shared_with"`
}

// ClusterSnapshot is a manual snapshot of a cluster.
type ClusterSnapshot struct {
	Snapshot
}

// DBSnapshot is a manual snapshot of an instance.
type DBSnapshot struct {
	Snapshot
}

var dbSnapshot = source.Type[*aws.Session, DBSnapshot]{
	Name:     "aws_db_snapshot",
	Service:  "rds",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeDBSnapshots", Permission: "rds:DescribeDBSnapshots"},
		{Op: "DescribeDBSnapshotAttributes", Permission: "rds:DescribeDBSnapshotAttributes", Fills: []string{"shared_with"}},
	},
	Refresh: []string{
		"CreateDBSnapshot", "DeleteDBSnapshot", "ModifyDBSnapshotAttribute", "CopyDBSnapshot", "AddTagsToResource",
		"RemoveTagsFromResource",
	},
	Gone: []string{"DBSnapshotNotFound"},
	List: listDBSnapshots,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[DBSnapshot]) error {
		if d.Config.Origin != "manual" {
			return nil
		}
		d.Try("shared_with", func() error {
			out, err := client(s).DescribeDBSnapshotAttributes(ctx, &sdk.DescribeDBSnapshotAttributesInput{DBSnapshotIdentifier: &d.Name})
			if err != nil || out.DBSnapshotAttributesResult == nil {
				return err
			}
			for _, a := range out.DBSnapshotAttributesResult.DBSnapshotAttributes {
				d.Config.SharedWith = append(d.Config.SharedWith, restorers(a.AttributeName, a.AttributeValues)...)
			}
			return nil
		})
		return nil
	},
	Facets: func(d *source.Draft[DBSnapshot]) { offerSnapshot(d, d.Config.Snapshot) },
}

var clusterSnapshot = source.Type[*aws.Session, ClusterSnapshot]{
	Name:     "aws_db_cluster_snapshot",
	Service:  "rds",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeDBClusterSnapshots", Permission: "rds:DescribeDBClusterSnapshots"},
		{Op: "DescribeDBClusterSnapshotAttributes", Permission: "rds:DescribeDBClusterSnapshotAttributes", Fills: []string{"shared_with"}},
	},
	Refresh: []string{
		"CreateDBClusterSnapshot", "DeleteDBClusterSnapshot", "ModifyDBClusterSnapshotAttribute", "CopyDBClusterSnapshot",
		"AddTagsToResource", "RemoveTagsFromResource",
	},
	Gone: []string{"DBClusterSnapshotNotFoundFault"},
	List: listClusterSnapshots,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ClusterSnapshot]) error {
		if d.Config.Origin != "manual" {
			return nil
		}
		d.Try("shared_with", func() error {
			out, err := client(s).DescribeDBClusterSnapshotAttributes(ctx, &sdk.DescribeDBClusterSnapshotAttributesInput{DBClusterSnapshotIdentifier: &d.Name})
			if err != nil || out.DBClusterSnapshotAttributesResult == nil {
				return err
			}
			for _, a := range out.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes {
				d.Config.SharedWith = append(d.Config.SharedWith, restorers(a.AttributeName, a.AttributeValues)...)
			}
			return nil
		})
		return nil
	},
	Facets: func(d *source.Draft[ClusterSnapshot]) { offerSnapshot(d, d.Config.Snapshot) },
}

func listDBSnapshots(ctx context.Context, s *aws.Session, found func(*source.Draft[DBSnapshot])) error {
	pages := sdk.NewDescribeDBSnapshotsPaginator(client(s), &sdk.DescribeDBSnapshotsInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, n := range page.DBSnapshots {
			if aws.Value(n.SnapshotType) == "automated" {
				continue
			}
			found(draftDBSnapshot(s, n))
		}
	}
	return nil
}

func draftDBSnapshot(s *aws.Session, n types.DBSnapshot) *source.Draft[DBSnapshot] {
	d := &source.Draft[DBSnapshot]{
		ID: aws.Value(n.DBSnapshotArn), Name: aws.Value(n.DBSnapshotIdentifier), Tags: tags(n.TagList),
		Created: aws.Value(n.SnapshotCreateTime).In(time.UTC),
	}
	d.Config.Snapshot = Snapshot{
		Engine: aws.Value(n.Engine), EngineVersion: aws.Value(n.EngineVersion), Source: aws.Value(n.DBInstanceIdentifier),
		Origin: aws.Value(n.SnapshotType), Encrypted: aws.Value(n.Encrypted), KMSKey: keyOf(n.Encrypted, n.KmsKeyId),
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	if d.Config.Source != "" {
		d.Relate(estate.SourcedFrom, s.ARN("rds", "db:"+d.Config.Source))
	}
	return d
}

func listClusterSnapshots(ctx context.Context, s *aws.Session, found func(*source.Draft[ClusterSnapshot])) error {
	pages := sdk.NewDescribeDBClusterSnapshotsPaginator(client(s), &sdk.DescribeDBClusterSnapshotsInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, n := range page.DBClusterSnapshots {
			if aws.Value(n.SnapshotType) == "automated" {
				continue
			}
			found(draftClusterSnapshot(s, n))
		}
	}
	return nil
}

func draftClusterSnapshot(s *aws.Session, n types.DBClusterSnapshot) *source.Draft[ClusterSnapshot] {
	d := &source.Draft[ClusterSnapshot]{
		ID: aws.Value(n.DBClusterSnapshotArn), Name: aws.Value(n.DBClusterSnapshotIdentifier), Tags: tags(n.TagList),
		Created: aws.Value(n.SnapshotCreateTime).In(time.UTC),
	}
	d.Config.Snapshot = Snapshot{
		Engine: aws.Value(n.Engine), EngineVersion: aws.Value(n.EngineVersion), Source: aws.Value(n.DBClusterIdentifier),
		Origin: aws.Value(n.SnapshotType), Encrypted: aws.Value(n.StorageEncrypted), KMSKey: keyOf(n.StorageEncrypted, n.KmsKeyId),
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	if d.Config.Source != "" {
		d.Relate(estate.SourcedFrom, s.ARN("rds", "cluster:"+d.Config.Source))
	}
	return d
}

// restorers returns the accounts that an attribute of a snapshot lets restore it.
func restorers(name *string, values []string) []string {
	if aws.Value(name) != "restore" {
		return nil
	}
	return values
}

func offerSnapshot[C any](d *source.Draft[C], n Snapshot) {
	d.Offer(facet.Encryption{AtRest: estate.TriOf(n.Encrypted), CustomerKey: customerKey(n.Encrypted), KeyID: n.KMSKey, InTransit: estate.Maybe})
	grants := make([]facet.Grant, 0, len(n.SharedWith))
	for _, account := range n.SharedWith {
		grants = append(grants, facet.Grant{Principal: account, Anyone: account == "all", Permission: "restore", Read: true})
	}
	// An encrypted snapshot can be shared with named accounts only.
	d.Offer(facet.AccessPolicy{Documents: []policydoc.Document{}, Grants: grants, PolicyBlocked: estate.No, ListBlocked: estate.No, Enforced: estate.TriOf(n.Encrypted)})
	d.Carry("shared_with", "facets.access_policy.grants")
}
