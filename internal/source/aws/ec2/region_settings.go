package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EBSEncryptionByDefault is whether new disks of the region are encrypted without
// anyone asking.
type EBSEncryptionByDefault struct {
	// Enabled is whether new disks and copies of snapshots are always encrypted.
	Enabled bool `json:"enabled"`
}

var ebsEncryptionByDefault = source.Type[*aws.Session, EBSEncryptionByDefault]{
	Name:     "aws_ebs_encryption_by_default",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetEbsEncryptionByDefault", Permission: "ec2:GetEbsEncryptionByDefault", Fills: []string{"enabled"}},
	},
	Refresh: []string{"EnableEbsEncryptionByDefault", "DisableEbsEncryptionByDefault"},
	List:    oneForRegion[EBSEncryptionByDefault]("ebs-encryption-by-default"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[EBSEncryptionByDefault]) error {
		d.Try("enabled", func() error {
			out, err := client(s).GetEbsEncryptionByDefault(ctx, &sdk.GetEbsEncryptionByDefaultInput{})
			if err != nil {
				return err
			}
			d.Config.Enabled, err = aws.Told(out.EbsEncryptionByDefault, "whether new disks are encrypted")
			return err
		})
		return nil
	},
}

// oneForRegion lists the one setting that every region has.
func oneForRegion[C any](name string) func(context.Context, *aws.Session, func(*source.Draft[C])) error {
	return func(_ context.Context, s *aws.Session, found func(*source.Draft[C])) error {
		found(&source.Draft[C]{ID: s.ARN("ec2", name), Name: s.Region})
		return nil
	}
}

// SnapshotBlock is what stands over all disk snapshots of the region.
type SnapshotBlock struct {
	// State is block-all-sharing when no snapshot is public whatever was set on it,
	// block-new-sharing when none can become public, or unblocked.
	State string `json:"state"`
	// ByPolicy is whether the organization decides it and not the account.
	ByPolicy bool `json:"by_policy"`
}

var snapshotBlock = source.Type[*aws.Session, SnapshotBlock]{
	Name:     "aws_ebs_snapshot_block_public_access",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetSnapshotBlockPublicAccessState", Permission: "ec2:GetSnapshotBlockPublicAccessState", Fills: []string{"state", "by_policy"}},
	},
	Refresh: []string{"EnableSnapshotBlockPublicAccess", "DisableSnapshotBlockPublicAccess"},
	List:    oneForRegion[SnapshotBlock]("snapshot-block-public-access"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[SnapshotBlock]) error {
		d.Try("state", func() error {
			out, err := client(s).GetSnapshotBlockPublicAccessState(ctx, &sdk.GetSnapshotBlockPublicAccessStateInput{})
			if err != nil {
				return err
			}
			state, err := aws.ToldText(out.State, "the state of the block")
			d.Config = SnapshotBlock{State: string(state), ByPolicy: out.ManagedBy == types.ManagedByDeclarativePolicy}
			return err
		}, "by_policy")
		return nil
	},
}

// ImageBlock is what stands over all machine images of the region.
type ImageBlock struct {
	// State is block-new-sharing when no image can become public (those that are stay
	// so), or unblocked.
	State string `json:"state"`
	// ByPolicy is whether the organization decides it and not the account.
	ByPolicy bool `json:"by_policy"`
}

var imageBlock = source.Type[*aws.Session, ImageBlock]{
	Name:     "aws_ec2_image_block_public_access",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetImageBlockPublicAccessState", Permission: "ec2:GetImageBlockPublicAccessState", Fills: []string{"state", "by_policy"}},
	},
	Refresh: []string{"EnableImageBlockPublicAccess", "DisableImageBlockPublicAccess"},
	List:    oneForRegion[ImageBlock]("image-block-public-access"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ImageBlock]) error {
		d.Try("state", func() error {
			out, err := client(s).GetImageBlockPublicAccessState(ctx, &sdk.GetImageBlockPublicAccessStateInput{})
			if err != nil {
				return err
			}
			state, err := aws.ToldText(aws.Value(out.ImageBlockPublicAccessState), "the state of the block")
			d.Config = ImageBlock{State: state, ByPolicy: out.ManagedBy == types.ManagedByDeclarativePolicy}
			return err
		}, "by_policy")
		return nil
	},
}
