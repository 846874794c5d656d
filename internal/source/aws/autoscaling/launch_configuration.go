package autoscaling

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
)

// LaunchConfiguration is the old way to say how the machines of an Auto Scaling
// group are started. It cannot be changed, only replaced.
type LaunchConfiguration struct {
	// Image is the id of the image.
	Image string `json:"image"`
	// InstanceType is the hardware.
	InstanceType string `json:"instance_type"`
	// KeyName is the key pair; empty when it gives none.
	KeyName string `json:"key_name"`
	// Profile is the name or ARN of the instance profile; empty when it gives none.
	Profile string `json:"profile"`
	// SecurityGroups are the ids or names of the firewalls.
	SecurityGroups []string `json:"security_groups"`
	// PublicAddress is yes, no, or empty when it leaves that to the subnet.
	PublicAddress string `json:"public_address"`
	// MetadataEndpoint is enabled, disabled, or empty when it leaves that open.
	MetadataEndpoint string `json:"metadata_endpoint"`
	// MetadataTokens is required (IMDSv2 only), optional, or empty when it leaves
	// that open.
	MetadataTokens string `json:"metadata_tokens"`
	// MetadataHopLimit is how many hops a token may travel; 0 when it leaves that open.
	MetadataHopLimit int `json:"metadata_hop_limit"`
	// Disks are the disks it asks for beyond those of the image.
	Disks []ec2.ImageDisk `json:"disks"`
	// DetailedMonitoring is whether its machines are measured every minute.
	DetailedMonitoring bool `json:"detailed_monitoring"`
	// UserData is what machines are given at their start.
	UserData ec2.UserData `json:"user_data"`
}

var launchConfiguration = source.Type[*aws.Session, LaunchConfiguration]{
	Name:     "aws_launch_configuration",
	Service:  "autoscaling",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeLaunchConfigurations", Permission: "autoscaling:DescribeLaunchConfigurations"},
	},
	Refresh: []string{"CreateLaunchConfiguration", "DeleteLaunchConfiguration"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[LaunchConfiguration])) error {
		pages := sdk.NewDescribeLaunchConfigurationsPaginator(client(s), &sdk.DescribeLaunchConfigurationsInput{MaxRecords: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, c := range page.LaunchConfigurations {
				found(draftLaunchConfiguration(s, c))
			}
		}
		return nil
	},
}

func draftLaunchConfiguration(s *aws.Session, l types.LaunchConfiguration) *source.Draft[LaunchConfiguration] {
	d := &source.Draft[LaunchConfiguration]{
		ID: aws.Value(l.LaunchConfigurationARN), Name: aws.Value(l.LaunchConfigurationName), Created: aws.Value(l.CreatedTime).In(time.UTC),
	}
	d.Config = LaunchConfiguration{
		Image: aws.Value(l.ImageId), InstanceType: aws.Value(l.InstanceType), KeyName: aws.Value(l.KeyName), Profile: aws.Value(l.IamInstanceProfile),
		SecurityGroups: append([]string{}, l.SecurityGroups...), Disks: []ec2.ImageDisk{}, UserData: ec2.ReadUserData(aws.Value(l.UserData)),
		// A configuration that says nothing asks for detailed monitoring.
		DetailedMonitoring: l.InstanceMonitoring == nil || l.InstanceMonitoring.Enabled == nil || *l.InstanceMonitoring.Enabled,
	}
	c := &d.Config
	if l.AssociatePublicIpAddress != nil {
		c.PublicAddress = map[bool]string{true: "yes", false: "no"}[*l.AssociatePublicIpAddress]
	}
	if m := l.MetadataOptions; m != nil {
		c.MetadataEndpoint, c.MetadataTokens, c.MetadataHopLimit = string(m.HttpEndpoint), string(m.HttpTokens), int(aws.Value(m.HttpPutResponseHopLimit))
	}
	for _, m := range l.BlockDeviceMappings {
		if m.Ebs != nil {
			c.Disks = append(c.Disks, ec2.ImageDisk{
				Device: aws.Value(m.DeviceName), Encrypted: aws.Value(m.Ebs.Encrypted), Snapshot: aws.Value(m.Ebs.SnapshotId),
			})
		}
	}
	relateLaunchConfiguration(s, d)
	return d
}

func relateLaunchConfiguration(s *aws.Session, d *source.Draft[LaunchConfiguration]) {
	c := d.Config
	if c.Image != "" {
		d.Relate(estate.RunsImage, "arn:"+s.Partition+":ec2:"+s.Region+"::image/"+c.Image)
	}
	for _, g := range c.SecurityGroups {
		if strings.HasPrefix(g, "sg-") {
			d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
		}
	}
	switch {
	case strings.HasPrefix(c.Profile, "arn:"):
		d.Relate(estate.RunsAs, c.Profile)
	case c.Profile != "":
		d.Relate(estate.RunsAs, s.GlobalARN("iam", "instance-profile/"+c.Profile))
	}
}
