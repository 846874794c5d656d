package ec2

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EBSSnapshot is a copy of a disk at one moment. With which single accounts it is
// shared is not read: that takes a call for each snapshot.
type EBSSnapshot struct {
	// State is completed when it can be used.
	State string `json:"state"`
	// Description is the owner's word on it, or that of the service that made it.
	Description string `json:"description"`
	// Public is whether everyone was given the right to copy it. A block over the
	// region can still stand in the way.
	Public bool `json:"public"`
	// Encrypted is whether its content is encrypted.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// Volume is the id of the disk it was made of; it may be gone. A copy of another
	// snapshot has an invented one.
	Volume string `json:"volume"`
	// SizeGiB is the size of the disk.
	SizeGiB int `json:"size_gib"`
	// Tier is standard or archive.
	Tier string `json:"tier"`
}

var ebsSnapshot = source.Type[*aws.Session, EBSSnapshot]{
	Name:     "aws_ebs_snapshot",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeSnapshots", Permission: "ec2:DescribeSnapshots"},
	},
	Refresh: []string{
		"CreateSnapshot", "CreateSnapshots", "CopySnapshot", "DeleteSnapshot", "ModifySnapshotAttribute",
		"ResetSnapshotAttribute", "ModifySnapshotTier", "CreateTags", "DeleteTags",
	},
	List: lister[EBSSnapshot](listEBSSnapshots).all,
	Find: lister[EBSSnapshot](listEBSSnapshots).by("snapshot-id", "snap-"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[EBSSnapshot]) error {
		id := d.ID[strings.LastIndexByte(d.ID, '/')+1:]
		d.Try("public", func() error {
			public, err := publicSnapshots(ctx, s)
			d.Config.Public = public[id]
			return err
		})
		return nil
	},
	Facets: ebsSnapshotFacets,
}

func listEBSSnapshots(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[EBSSnapshot])) error {
	return walk(ctx, ownSnapshots(s, filters), func(page *sdk.DescribeSnapshotsOutput) {
		for _, n := range page.Snapshots {
			found(draftEBSSnapshot(s, n))
		}
	})
}

// ownSnapshots lists the snapshots of the account in the region that filters let through.
func ownSnapshots(s *aws.Session, filters []types.Filter) *sdk.DescribeSnapshotsPaginator {
	return sdk.NewDescribeSnapshotsPaginator(client(s), &sdk.DescribeSnapshotsInput{MaxResults: pageSize(), OwnerIds: []string{"self"}, Filters: filters})
}

// publicSnapshots returns the account's snapshots that everyone may copy: one list
// instead of a call for each snapshot.
func publicSnapshots(ctx context.Context, s *aws.Session) (map[string]bool, error) {
	return aws.Shared(s, "ec2 public snapshots", func() (map[string]bool, error) {
		public := map[string]bool{}
		pages := sdk.NewDescribeSnapshotsPaginator(client(s), &sdk.DescribeSnapshotsInput{
			MaxResults: pageSize(), OwnerIds: []string{"self"}, RestorableByUserIds: []string{"all"},
		})
		err := walk(ctx, pages, func(page *sdk.DescribeSnapshotsOutput) {
			for _, n := range page.Snapshots {
				public[aws.Value(n.SnapshotId)] = true
			}
		})
		return public, err
	})
}

func draftEBSSnapshot(s *aws.Session, n types.Snapshot) *source.Draft[EBSSnapshot] {
	id := aws.Value(n.SnapshotId)
	d := &source.Draft[EBSSnapshot]{
		ID: unownedARN(s, "snapshot", id), Name: nameOf(n.Tags, id), Tags: tags(n.Tags), Created: aws.Value(n.StartTime).In(time.UTC),
	}
	d.Config = EBSSnapshot{
		State: string(n.State), Description: aws.Value(n.Description), Encrypted: aws.Value(n.Encrypted), KMSKey: aws.Value(n.KmsKeyId),
		Volume: aws.Value(n.VolumeId), SizeGiB: int(aws.Value(n.VolumeSize)), Tier: string(n.StorageTier),
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	d.Relate(estate.SourcedFrom, arn(s, "volume", d.Config.Volume))
	return d
}

func ebsSnapshotFacets(d *source.Draft[EBSSnapshot]) {
	d.Offer(facet.DataStore{Kind: "block", Versioned: estate.No, PasswordLogin: estate.No})
	d.Offer(diskEncryption(d.Config.Encrypted, d.Config.KMSKey))
	d.Offer(sharedWithAll(d.Config.Public, d.Config.Encrypted), "public")
}

// sharedWithAll is the neutral view of a launch or copy right given to everyone.
// What is encrypted cannot be given to everyone.
func sharedWithAll(public, encrypted bool) facet.AccessPolicy {
	f := facet.AccessPolicy{
		Documents: []policydoc.Document{}, Grants: []facet.Grant{}, PolicyBlocked: estate.Yes, ListBlocked: estate.No,
		Enforced: estate.TriOf(encrypted),
	}
	if public {
		f.Grants = append(f.Grants, facet.Grant{Principal: "all", Anyone: true, Permission: "copy", Read: true})
	}
	return f
}
