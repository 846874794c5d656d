package ec2

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readTemplateVersion(v types.LaunchTemplateVersion) TemplateVersion {
	out := TemplateVersion{
		Number: int(aws.Value(v.VersionNumber)), Default: aws.Value(v.DefaultVersion), SecurityGroups: []string{}, Disks: []ImageDisk{},
		UserData: ReadUserData(""),
	}
	t := v.LaunchTemplateData
	if t == nil {
		return out
	}
	out.Image, out.InstanceType, out.KeyName = aws.Value(t.ImageId), string(t.InstanceType), aws.Value(t.KeyName)
	out.UserData = ReadUserData(aws.Value(t.UserData))
	if p := t.IamInstanceProfile; p != nil {
		out.Profile = first(p.Arn, p.Name)
	}
	if m := t.MetadataOptions; m != nil {
		out.MetadataEndpoint, out.MetadataTokens = string(m.HttpEndpoint), string(m.HttpTokens)
		out.MetadataHopLimit = int(aws.Value(m.HttpPutResponseHopLimit))
	}
	if t.Monitoring != nil {
		out.DetailedMonitoring = aws.Value(t.Monitoring.Enabled)
	}
	out.network(t)
	for _, m := range t.BlockDeviceMappings {
		if m.Ebs != nil {
			out.Disks = append(out.Disks, ImageDisk{
				Device: aws.Value(m.DeviceName), Encrypted: aws.Value(m.Ebs.Encrypted), Snapshot: aws.Value(m.Ebs.SnapshotId),
			})
		}
	}
	return out
}

// network gathers what the version says of addresses and firewalls, for the machine
// or for its interfaces.
func (v *TemplateVersion) network(t *types.ResponseLaunchTemplateData) {
	v.SecurityGroups = append(append(v.SecurityGroups, t.SecurityGroupIds...), t.SecurityGroups...)
	for _, n := range t.NetworkInterfaces {
		v.SecurityGroups = append(v.SecurityGroups, n.Groups...)
		switch {
		case n.AssociatePublicIpAddress == nil:
		case *n.AssociatePublicIpAddress:
			v.PublicAddress = "yes"
		case v.PublicAddress == "":
			v.PublicAddress = "no"
		}
	}
	slices.Sort(v.SecurityGroups)
	v.SecurityGroups = slices.Compact(v.SecurityGroups)
}

func relateTemplateVersion(s *aws.Session, d *source.Draft[LaunchTemplate], v TemplateVersion) {
	if strings.HasPrefix(v.Image, "ami-") {
		d.Relate(estate.RunsImage, unownedARN(s, "image", v.Image))
	}
	for _, g := range v.SecurityGroups {
		if strings.HasPrefix(g, "sg-") {
			d.Relate(estate.GuardedBy, arn(s, "security-group", g))
		}
	}
	switch {
	case strings.HasPrefix(v.Profile, "arn:"):
		d.Relate(estate.RunsAs, v.Profile)
	case v.Profile != "":
		d.Relate(estate.RunsAs, s.GlobalARN("iam", "instance-profile/"+v.Profile))
	}
	for _, disk := range v.Disks {
		d.Relate(estate.SourcedFrom, unownedARN(s, "snapshot", disk.Snapshot))
	}
}
