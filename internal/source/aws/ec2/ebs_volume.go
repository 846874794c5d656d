package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EBSVolume is a disk.
type EBSVolume struct {
	// State is available when nothing uses it, in-use when a machine does.
	State string `json:"state"`
	// Encrypted is whether its content is encrypted.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// SizeGiB is its size.
	SizeGiB int `json:"size_gib"`
	// VolumeType is gp3, gp2, io1, io2, st1, sc1 or standard.
	VolumeType string `json:"volume_type"`
	// Zone is its availability zone.
	Zone string `json:"zone"`
	// Snapshot is the id of the snapshot it was made of; empty when it began blank.
	Snapshot string `json:"snapshot"`
	// Instances are the ids of the machines that use it.
	Instances []string `json:"instances"`
	// DeletedWithInstance is whether it goes when a machine that uses it is terminated.
	DeletedWithInstance bool `json:"deleted_with_instance"`
	// LastSnapshot is when the newest snapshot of it in the account was begun; absent
	// when there is none.
	LastSnapshot *time.Time `json:"last_snapshot,omitempty"`
}

var ebsVolume = source.Type[*aws.Session, EBSVolume]{
	Name:     "aws_ebs_volume",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeVolumes", Permission: "ec2:DescribeVolumes"},
		{Op: "DescribeSnapshots", Permission: "ec2:DescribeSnapshots", Fills: []string{"last_snapshot"}},
	},
	Refresh: []string{
		"CreateVolume", "DeleteVolume", "ModifyVolume", "AttachVolume", "DetachVolume", "RunInstances", "TerminateInstances",
		"CreateSnapshot", "CreateSnapshots", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[EBSVolume])) error {
		pages := sdk.NewDescribeVolumesPaginator(client(s), &sdk.DescribeVolumesInput{MaxResults: pageOf(500)})
		return walk(ctx, pages, func(page *sdk.DescribeVolumesOutput) {
			for _, v := range page.Volumes {
				found(draftEBSVolume(s, v))
			}
		})
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[EBSVolume]) error {
		id := d.ID[len(s.ARN("ec2", "volume/")):]
		d.Try("last_snapshot", func() error {
			last, err := lastSnapshots(ctx, s)
			if at, ok := last[id]; ok {
				d.Config.LastSnapshot = &at
			}
			return err
		})
		return nil
	},
	Facets: func(d *source.Draft[EBSVolume]) {
		d.Offer(facet.DataStore{Kind: "block", Versioned: estate.No, PasswordLogin: estate.No})
		d.Offer(diskEncryption(d.Config.Encrypted, d.Config.KMSKey))
	},
}

// diskEncryption is the neutral view of a disk or a copy of one. The key's id does
// not tell whether it is the customer's or the one AWS keeps for the account.
func diskEncryption(encrypted bool, key string) facet.Encryption {
	customer := estate.Maybe
	if !encrypted {
		customer = estate.No
	}
	return facet.Encryption{AtRest: estate.TriOf(encrypted), CustomerKey: customer, KeyID: key, InTransit: estate.TriOf(encrypted)}
}

func draftEBSVolume(s *aws.Session, v types.Volume) *source.Draft[EBSVolume] {
	id := aws.Value(v.VolumeId)
	d := &source.Draft[EBSVolume]{
		ID: s.ARN("ec2", "volume/"+id), Name: nameOf(v.Tags, id), Tags: tags(v.Tags), Created: aws.Value(v.CreateTime).In(time.UTC),
	}
	d.Config = EBSVolume{
		State: string(v.State), Encrypted: aws.Value(v.Encrypted), KMSKey: aws.Value(v.KmsKeyId), SizeGiB: int(aws.Value(v.Size)),
		VolumeType: string(v.VolumeType), Zone: aws.Value(v.AvailabilityZone), Snapshot: aws.Value(v.SnapshotId), Instances: []string{},
	}
	for _, a := range v.Attachments {
		d.Config.Instances = present(d.Config.Instances, a.InstanceId)
		d.Config.DeletedWithInstance = d.Config.DeletedWithInstance || aws.Value(a.DeleteOnTermination)
		d.Relate(estate.AttachedTo, arn(s, "instance", aws.Value(a.InstanceId)))
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	d.Relate(estate.SourcedFrom, unownedARN(s, "snapshot", d.Config.Snapshot))
	return d
}

// lastSnapshots returns when the newest snapshot of each disk was begun. It reads the
// snapshots of the region once for all disks.
func lastSnapshots(ctx context.Context, s *aws.Session) (map[string]time.Time, error) {
	return aws.Shared(s, "ec2 last snapshots", func() (map[string]time.Time, error) {
		last := map[string]time.Time{}
		err := walk(ctx, ownSnapshots(s, nil), func(page *sdk.DescribeSnapshotsOutput) {
			for _, n := range page.Snapshots {
				volume, at := aws.Value(n.VolumeId), aws.Value(n.StartTime).In(time.UTC)
				if n.StartTime != nil && at.After(last[volume]) {
					last[volume] = at
				}
			}
		})
		return last, err
	})
}
