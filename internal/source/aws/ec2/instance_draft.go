package ec2

import (
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func draftInstance(s *aws.Session, i types.Instance) *source.Draft[Instance] {
	id := aws.Value(i.InstanceId)
	d := &source.Draft[Instance]{ID: s.ARN("ec2", "instance/"+id), Name: nameOf(i.Tags, id), Tags: tags(i.Tags), Created: firstAttached(i)}
	d.Config = Instance{
		StateChanged: transitionTime(aws.Value(i.StateTransitionReason)), Launched: utc(i.LaunchTime),
		InstanceType: string(i.InstanceType), Image: aws.Value(i.ImageId), Platform: aws.Value(i.PlatformDetails),
		Architecture: string(i.Architecture), Virtualization: string(i.VirtualizationType), KeyName: aws.Value(i.KeyName),
		VPC: aws.Value(i.VpcId), Subnet: aws.Value(i.SubnetId), SecurityGroups: groupIDs(i.SecurityGroups),
		Interfaces: []string{}, PublicAddresses: []string{}, IPv6Addresses: []string{}, Volumes: []string{},
		SourceDestCheck: aws.Value(i.SourceDestCheck), EBSOptimized: aws.Value(i.EbsOptimized), RootDevice: string(i.RootDeviceType),
		Metadata: Metadata{Enabled: true}, Lifecycle: string(i.InstanceLifecycle), AutoScalingGroup: d.Tags["aws:autoscaling:groupName"],
	}
	c := &d.Config
	if i.State != nil {
		c.State = string(i.State.Name)
	}
	if i.Placement != nil {
		c.Zone = aws.Value(i.Placement.AvailabilityZone)
	}
	if i.Monitoring != nil {
		c.DetailedMonitoring = i.Monitoring.State == types.MonitoringStateEnabled
	}
	if i.IamInstanceProfile != nil {
		c.Profile = aws.Value(i.IamInstanceProfile.Arn)
	}
	if m := i.MetadataOptions; m != nil {
		c.Metadata = Metadata{
			Enabled: m.HttpEndpoint != types.InstanceMetadataEndpointStateDisabled, TokensRequired: m.HttpTokens == types.HttpTokensStateRequired,
			HopLimit: int(aws.Value(m.HttpPutResponseHopLimit)), Tags: m.InstanceMetadataTags == types.InstanceMetadataTagsStateEnabled,
		}
	}
	c.addresses(i)
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil {
			c.Volumes = present(c.Volumes, m.Ebs.VolumeId)
		}
	}
	relateInstance(s, d)
	return d
}

// addresses gathers what stands at the network interfaces.
func (c *Instance) addresses(i types.Instance) {
	c.PublicAddresses = present(c.PublicAddresses, i.PublicIpAddress)
	for _, n := range i.NetworkInterfaces {
		c.Interfaces = present(c.Interfaces, n.NetworkInterfaceId)
		c.SecurityGroups = append(c.SecurityGroups, groupIDs(n.Groups)...)
		if n.Association != nil {
			c.PublicAddresses = present(c.PublicAddresses, n.Association.PublicIp)
		}
		for _, p := range n.PrivateIpAddresses {
			if p.Association != nil {
				c.PublicAddresses = present(c.PublicAddresses, p.Association.PublicIp)
			}
		}
		for _, a := range n.Ipv6Addresses {
			c.IPv6Addresses = present(c.IPv6Addresses, a.Ipv6Address)
		}
	}
	for _, list := range []*[]string{&c.SecurityGroups, &c.PublicAddresses, &c.IPv6Addresses} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

func relateInstance(s *aws.Session, d *source.Draft[Instance]) {
	c := d.Config
	d.Relate(estate.MemberOf, arn(s, "vpc", c.VPC))
	d.Relate(estate.MemberOf, arn(s, "subnet", c.Subnet))
	for _, g := range c.SecurityGroups {
		d.Relate(estate.GuardedBy, arn(s, "security-group", g))
	}
	d.Relate(estate.RunsAs, c.Profile)
	d.Relate(estate.RunsImage, unownedARN(s, "image", c.Image))
}

// firstAttached is when the interface that a machine cannot lose was attached.
func firstAttached(i types.Instance) time.Time {
	for _, n := range i.NetworkInterfaces {
		if a := n.Attachment; a != nil && aws.Value(a.DeviceIndex) == 0 && aws.Value(a.NetworkCardIndex) == 0 {
			return aws.Value(a.AttachTime).In(time.UTC)
		}
	}
	return time.Time{}
}

var transition = regexp.MustCompile(`\((\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) (?:GMT|UTC)\)$`)

// transitionTime reads the end of "User initiated (2024-05-06 07:08:09 GMT)".
func transitionTime(reason string) *time.Time {
	m := transition.FindStringSubmatch(reason)
	if m == nil {
		return nil
	}
	t, err := time.Parse(time.DateTime, m[1])
	if err != nil {
		return nil
	}
	return &t
}
