package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// AMI is a machine image of the account's own. With which single accounts it is
// shared is not read: that takes a call for each image.
type AMI struct {
	// State is available when machines can be started from it.
	State string `json:"state"`
	// Public is whether everyone may start machines from it and read its disks.
	Public bool `json:"public"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Platform is what AWS bills as its operating system, such as Linux/UNIX.
	Platform string `json:"platform"`
	// Architecture is i386, x86_64, arm64, x86_64_mac or arm64_mac.
	Architecture string `json:"architecture"`
	// Virtualization is hvm or, for old generations, paravirtual.
	Virtualization string `json:"virtualization"`
	// RequiresTokens is whether machines started from it demand a session token for
	// their metadata (IMDSv2 only) unless told otherwise.
	RequiresTokens bool `json:"requires_tokens"`
	// Deprecated is when it counts as deprecated; absent when that is not set.
	Deprecated *time.Time `json:"deprecated,omitempty"`
	// LastLaunched is when a machine was last started from it, known a day late;
	// absent when AWS does not say.
	LastLaunched *time.Time `json:"last_launched,omitempty"`
	// SourceImage is the id of the image it was copied from; empty when AWS does not say.
	SourceImage string `json:"source_image"`
	// SourceInstance is the id of the machine it was made of; empty when AWS does not say.
	SourceInstance string `json:"source_instance"`
	// Disks are the disks it comes with.
	Disks []ImageDisk `json:"disks"`
	// DeregistrationProtected is whether it cannot be deregistered before that is
	// switched off.
	DeregistrationProtected bool `json:"deregistration_protected"`
}

// ImageDisk is a disk that a machine gets.
type ImageDisk struct {
	// Device is the name it has on the machine.
	Device string `json:"device"`
	// Encrypted is whether encryption is asked for. A default of the region can
	// encrypt it all the same.
	Encrypted bool `json:"encrypted"`
	// Snapshot is the id of the snapshot it is made of; empty when it begins blank.
	Snapshot string `json:"snapshot"`
}

var ami = source.Type[*aws.Session, AMI]{
	Name:     "aws_ami",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeImages", Permission: "ec2:DescribeImages"},
	},
	Refresh: []string{
		"CreateImage", "RegisterImage", "CopyImage", "DeregisterImage", "ModifyImageAttribute", "ResetImageAttribute",
		"EnableImageDeprecation", "DisableImageDeprecation", "EnableImage", "DisableImage",
		"EnableImageDeregistrationProtection", "DisableImageDeregistrationProtection", "CreateTags", "DeleteTags",
	},
	List: lister[AMI](listAMIs).all,
	Find: lister[AMI](listAMIs).by("image-id", "ami-"),
	Facets: func(d *source.Draft[AMI]) {
		d.Offer(sharedWithAll(d.Config.Public, false))
		encrypted := true
		for _, disk := range d.Config.Disks {
			encrypted = encrypted && disk.Encrypted
		}
		if len(d.Config.Disks) > 0 {
			d.Offer(diskEncryption(encrypted, ""))
		}
	},
}

func listAMIs(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[AMI])) error {
	all := true
	pages := sdk.NewDescribeImagesPaginator(client(s), &sdk.DescribeImagesInput{MaxResults: pageSize(), Owners: []string{"self"}, IncludeDeprecated: &all, Filters: filters})
	return walk(ctx, pages, func(page *sdk.DescribeImagesOutput) {
		for _, i := range page.Images {
			found(draftAMI(s, i))
		}
	})
}

func draftAMI(s *aws.Session, i types.Image) *source.Draft[AMI] {
	id := aws.Value(i.ImageId)
	d := &source.Draft[AMI]{ID: unownedARN(s, "image", id), Name: aws.Value(i.Name), Tags: tags(i.Tags)}
	if created := moment(i.CreationDate); created != nil {
		d.Created = *created
	}
	protection := aws.Value(i.DeregistrationProtection)
	d.Config = AMI{
		State: string(i.State), Public: aws.Value(i.Public), Description: aws.Value(i.Description), Platform: aws.Value(i.PlatformDetails),
		Architecture: string(i.Architecture), Virtualization: string(i.VirtualizationType),
		RequiresTokens: i.ImdsSupport == types.ImdsSupportValuesV20, Deprecated: moment(i.DeprecationTime),
		LastLaunched: moment(i.LastLaunchedTime), SourceImage: aws.Value(i.SourceImageId), SourceInstance: aws.Value(i.SourceInstanceId),
		Disks: []ImageDisk{}, DeregistrationProtected: protection != "" && protection != "disabled",
	}
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil {
			disk := ImageDisk{Device: aws.Value(m.DeviceName), Encrypted: aws.Value(m.Ebs.Encrypted), Snapshot: aws.Value(m.Ebs.SnapshotId)}
			d.Config.Disks = append(d.Config.Disks, disk)
			d.Relate(estate.Contains, unownedARN(s, "snapshot", disk.Snapshot))
		}
	}
	if region := first(i.SourceImageRegion, &s.Region); d.Config.SourceImage != "" {
		d.Relate(estate.SourcedFrom, "arn:"+s.Partition+":ec2:"+region+"::image/"+d.Config.SourceImage)
	}
	d.Relate(estate.SourcedFrom, arn(s, "instance", d.Config.SourceInstance))
	return d
}

// moment reads a time that comes as text; nil for none.
func moment(text *string) *time.Time {
	t, err := time.Parse(time.RFC3339, aws.Value(text))
	if err != nil {
		return nil
	}
	return utc(&t)
}
