package region

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Region is what an account sets for one of its enabled regions.
type Region struct {
	// EBSEncryptionByDefault is whether new volumes and copies of snapshots are
	// encrypted without anyone asking.
	EBSEncryptionByDefault bool `json:"ebs_encryption_by_default"`
	// EBSDefaultKMSKey is the key for them: an ARN, or alias/aws/ebs for AWS's.
	EBSDefaultKMSKey string `json:"ebs_default_kms_key"`
	// SnapshotPublicAccess is block-all-sharing (no snapshot is public),
	// block-new-sharing (none becomes public, those that are stay so) or unblocked.
	SnapshotPublicAccess string `json:"snapshot_public_access"`
	// ImagePublicAccess is block-new-sharing (no image becomes public, those that are
	// stay so) or unblocked.
	ImagePublicAccess string `json:"image_public_access"`
	// AllowedImages is enabled (only images that meet the account's criteria start),
	// audit-mode or disabled.
	AllowedImages string `json:"allowed_images"`
	// InstanceMetadataDefaults are used for instances that are started without settings
	// of their own and whose image names none.
	InstanceMetadataDefaults InstanceMetadataDefaults `json:"instance_metadata_defaults"`
	// SerialConsole is whether anyone with the right may use the serial console of
	// instances, which no firewall guards.
	SerialConsole bool `json:"serial_console"`
	// VPCPublicAccessBlock says which traffic of all networks with the internet is
	// stopped.
	VPCPublicAccessBlock VPCPublicAccessBlock `json:"vpc_public_access_block"`
}

// InstanceMetadataDefaults are the account's settings for instance metadata.
type InstanceMetadataDefaults struct {
	// HTTPTokens is required, optional, or empty when the account prefers neither.
	HTTPTokens string `json:"http_tokens"`
	// HTTPTokensEnforced is whether instances without required tokens cannot start.
	HTTPTokensEnforced bool `json:"http_tokens_enforced"`
	// HopLimit is how many hops an answer may travel; 0 when the account prefers none.
	HopLimit int `json:"hop_limit"`
	// Endpoint is enabled, disabled, or empty when the account prefers neither.
	Endpoint string `json:"endpoint"`
	// InstanceTags is enabled, disabled, or empty when the account prefers neither.
	InstanceTags string `json:"instance_tags"`
}

// VPCPublicAccessBlock is the block over all networks of a region.
type VPCPublicAccessBlock struct {
	// Mode is off, block-ingress (nothing comes in from the internet) or
	// block-bidirectional (nothing goes out either).
	Mode string `json:"mode"`
	// ExclusionsAllowed is whether single networks may be left out.
	ExclusionsAllowed bool `json:"exclusions_allowed"`
}

var region = source.Type[*aws.Session, Region]{
	Name:     "aws_region",
	Service:  "region",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetEbsEncryptionByDefault", Permission: "ec2:GetEbsEncryptionByDefault", Fills: []string{"ebs_encryption_by_default"}},
		{Op: "GetEbsDefaultKmsKeyId", Permission: "ec2:GetEbsDefaultKmsKeyId", Fills: []string{"ebs_default_kms_key"}},
		{Op: "GetSnapshotBlockPublicAccessState", Permission: "ec2:GetSnapshotBlockPublicAccessState", Fills: []string{"snapshot_public_access"}},
		{Op: "GetImageBlockPublicAccessState", Permission: "ec2:GetImageBlockPublicAccessState", Fills: []string{"image_public_access"}},
		{Op: "GetAllowedImagesSettings", Permission: "ec2:GetAllowedImagesSettings", Fills: []string{"allowed_images"}},
		{Op: "GetInstanceMetadataDefaults", Permission: "ec2:GetInstanceMetadataDefaults", Fills: []string{"instance_metadata_defaults"}},
		{Op: "GetSerialConsoleAccessStatus", Permission: "ec2:GetSerialConsoleAccessStatus", Fills: []string{"serial_console"}},
		{Op: "DescribeVpcBlockPublicAccessOptions", Permission: "ec2:DescribeVpcBlockPublicAccessOptions", Fills: []string{"vpc_public_access_block"}},
	},
	Refresh: []string{
		"EnableEbsEncryptionByDefault", "DisableEbsEncryptionByDefault", "ModifyEbsDefaultKmsKeyId", "ResetEbsDefaultKmsKeyId",
		"EnableSnapshotBlockPublicAccess", "DisableSnapshotBlockPublicAccess", "EnableImageBlockPublicAccess", "DisableImageBlockPublicAccess",
		"EnableAllowedImagesSettings", "DisableAllowedImagesSettings", "ModifyInstanceMetadataDefaults", "EnableSerialConsoleAccess",
		"DisableSerialConsoleAccess", "ModifyVpcBlockPublicAccessOptions",
	},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Region])) error {
		found(&source.Draft[Region]{ID: s.ARN("ec2", "region/"+s.Region), Name: s.Region})
		return nil
	},
	Detail: read,
}

func read(ctx context.Context, s *aws.Session, d *source.Draft[Region]) error {
	r := reader{ctx: ctx, client: client(s), into: &d.Config}
	d.Try("ebs_encryption_by_default", r.encryption)
	d.Try("ebs_default_kms_key", r.key)
	d.Try("snapshot_public_access", r.snapshots)
	d.Try("image_public_access", r.images)
	d.Try("allowed_images", r.allowedImages)
	d.Try("instance_metadata_defaults", r.metadata)
	d.Try("serial_console", r.serialConsole)
	d.Try("vpc_public_access_block", r.networks)
	if strings.HasPrefix(d.Config.EBSDefaultKMSKey, "arn:") {
		d.Relate(estate.EncryptedBy, d.Config.EBSDefaultKMSKey)
	}
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	return nil
}

// reader reads the settings of one region.
type reader struct {
	ctx    context.Context
	client *sdk.Client
	into   *Region
}

func (r reader) encryption() error {
	out, err := r.client.GetEbsEncryptionByDefault(r.ctx, &sdk.GetEbsEncryptionByDefaultInput{})
	if err != nil {
		return err
	}
	return need("EbsEncryptionByDefault", out.EbsEncryptionByDefault, &r.into.EBSEncryptionByDefault)
}

func (r reader) key() error {
	out, err := r.client.GetEbsDefaultKmsKeyId(r.ctx, &sdk.GetEbsDefaultKmsKeyIdInput{})
	if err != nil {
		return err
	}
	r.into.EBSDefaultKMSKey = aws.Value(out.KmsKeyId)
	return nil
}

func (r reader) snapshots() error {
	out, err := r.client.GetSnapshotBlockPublicAccessState(r.ctx, &sdk.GetSnapshotBlockPublicAccessStateInput{})
	if err != nil {
		return err
	}
	state := string(out.State)
	return need("State", &state, &r.into.SnapshotPublicAccess)
}

func (r reader) images() error {
	out, err := r.client.GetImageBlockPublicAccessState(r.ctx, &sdk.GetImageBlockPublicAccessStateInput{})
	if err != nil {
		return err
	}
	return need("ImageBlockPublicAccessState", out.ImageBlockPublicAccessState, &r.into.ImagePublicAccess)
}

func (r reader) allowedImages() error {
	out, err := r.client.GetAllowedImagesSettings(r.ctx, &sdk.GetAllowedImagesSettingsInput{})
	if err != nil {
		return err
	}
	return need("State", out.State, &r.into.AllowedImages)
}

func (r reader) metadata() error {
	out, err := r.client.GetInstanceMetadataDefaults(r.ctx, &sdk.GetInstanceMetadataDefaultsInput{})
	if err != nil {
		return err
	}
	if m := out.AccountLevel; m != nil {
		r.into.InstanceMetadataDefaults = InstanceMetadataDefaults{
			HTTPTokens: string(m.HttpTokens), HTTPTokensEnforced: m.HttpTokensEnforced == types.HttpTokensEnforcedStateEnabled,
			HopLimit: int(aws.Value(m.HttpPutResponseHopLimit)), Endpoint: string(m.HttpEndpoint), InstanceTags: string(m.InstanceMetadataTags),
		}
	}
	return nil
}

func (r reader) serialConsole() error {
	out, err := r.client.GetSerialConsoleAccessStatus(r.ctx, &sdk.GetSerialConsoleAccessStatusInput{})
	if err != nil {
		return err
	}
	return need("SerialConsoleAccessEnabled", out.SerialConsoleAccessEnabled, &r.into.SerialConsole)
}

func (r reader) networks() error {
	out, err := r.client.DescribeVpcBlockPublicAccessOptions(r.ctx, &sdk.DescribeVpcBlockPublicAccessOptionsInput{})
	if err != nil {
		return err
	}
	r.into.VPCPublicAccessBlock = VPCPublicAccessBlock{Mode: string(types.InternetGatewayBlockModeOff)}
	if o := out.VpcBlockPublicAccessOptions; o != nil && o.InternetGatewayBlockMode != "" {
		r.into.VPCPublicAccessBlock = VPCPublicAccessBlock{
			Mode:              string(o.InternetGatewayBlockMode),
			ExclusionsAllowed: o.ExclusionsAllowed == types.VpcBlockPublicAccessExclusionsAllowedAllowed,
		}
	}
	return nil
}

// need stores a value that every whole answer has: an answer without it tells nothing.
func need[T comparable](name string, value, into *T) error {
	var zero T
	if _, text := any(zero).(string); value == nil || text && *value == zero {
		return estate.Errorf(estate.CodeUnsupported, "read the region's settings", "the answer has no %s", name)
	}
	*into = *value
	return nil
}
