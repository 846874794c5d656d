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

// Instance is a virtual machine. Machines that are terminated are left out. Its
// created time is when its first network interface was attached.
type Instance struct {
	// State is pending, running, stopping or stopped.
	State string `json:"state"`
	// StateChanged is when it came into the state by someone's doing; absent when
	// AWS does not say.
	StateChanged *time.Time `json:"state_changed,omitempty"`
	// Launched is when it was last started; absent when AWS does not say.
	Launched *time.Time `json:"launched,omitempty"`
	// InstanceType is the hardware, such as t3.micro.
	InstanceType string `json:"instance_type"`
	// Image is the id of the image it was started from.
	Image string `json:"image"`
	// Platform is what AWS bills as its operating system, such as Linux/UNIX or Windows.
	Platform string `json:"platform"`
	// Architecture is i386, x86_64, arm64, x86_64_mac or arm64_mac.
	Architecture string `json:"architecture"`
	// Virtualization is hvm or, for old generations, paravirtual.
	Virtualization string `json:"virtualization"`
	// KeyName is the key pair that opens its first account; empty when there is none.
	KeyName string `json:"key_name"`
	// Profile is the ARN of the instance profile whose role its code can use; empty
	// when it has none.
	Profile string `json:"profile"`
	// Metadata is how processes on it get at its credentials.
	Metadata Metadata `json:"metadata"`
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Subnet is the id of the subnet of its first network interface.
	Subnet string `json:"subnet"`
	// Zone is its availability zone.
	Zone string `json:"zone"`
	// SecurityGroups are the ids of the firewalls of all its network interfaces.
	SecurityGroups []string `json:"security_groups"`
	// Interfaces are the ids of its network interfaces.
	Interfaces []string `json:"interfaces"`
	// PublicAddresses are its public IPv4 addresses, over all network interfaces.
	PublicAddresses []string `json:"public_addresses"`
	// IPv6Addresses are its IPv6 addresses; the network decides whether the internet
	// reaches them.
	IPv6Addresses []string `json:"ipv6_addresses"`
	// SourceDestCheck is whether it refuses traffic that is not for it; false on
	// machines that route.
	SourceDestCheck bool `json:"source_dest_check"`
	// DetailedMonitoring is whether it is measured every minute instead of every five.
	DetailedMonitoring bool `json:"detailed_monitoring"`
	// EBSOptimized is whether its volumes have bandwidth of their own.
	EBSOptimized bool `json:"ebs_optimized"`
	// RootDevice is ebs or instance-store.
	RootDevice string `json:"root_device"`
	// Volumes are the ids of the volumes attached.
	Volumes []string `json:"volumes"`
	// Lifecycle is spot, scheduled, capacity-block, or empty for on-demand machines.
	Lifecycle string `json:"lifecycle"`
	// AutoScalingGroup is the group that started it; empty when none did.
	AutoScalingGroup string `json:"auto_scaling_group"`
	// UserData is what it is given at its start.
	UserData UserData `json:"user_data"`
}

// Metadata is the service by which processes on a machine learn about it and get
// the credentials of its role.
type Metadata struct {
	// Enabled is whether the service answers at all; true when AWS does not say.
	Enabled bool `json:"enabled"`
	// TokensRequired is whether a session token is needed (IMDSv2 only), which keeps
	// tricked web servers from handing credentials out.
	TokensRequired bool `json:"tokens_required"`
	// HopLimit is how many network hops the token may travel; more than 1 lets
	// containers with a network of their own ask for it.
	HopLimit int `json:"hop_limit"`
	// Tags is whether the machine's tags can be read through it.
	Tags bool `json:"tags"`
}

var instance = source.Type[*aws.Session, Instance]{
	Name:     "aws_instance",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeInstances", Permission: "ec2:DescribeInstances"},
		{Op: "DescribeInstanceAttribute", Permission: "ec2:DescribeInstanceAttribute", Fills: []string{"user_data"}},
	},
	Refresh: []string{
		"RunInstances", "StartInstances", "StopInstances", "TerminateInstances", "ModifyInstanceAttribute",
		"ModifyInstanceMetadataOptions", "AssociateIamInstanceProfile", "DisassociateIamInstanceProfile",
		"ReplaceIamInstanceProfileAssociation", "AssociateAddress", "DisassociateAddress", "MonitorInstances",
		"UnmonitorInstances", "AttachVolume", "DetachVolume", "AttachNetworkInterface", "DetachNetworkInterface",
		"ModifyNetworkInterfaceAttribute", "ResetInstanceAttribute", "CreateTags", "DeleteTags",
	},
	Gone:   []string{"InvalidInstanceID.NotFound"},
	List:   lister[Instance](listInstances).all,
	Find:   lister[Instance](listInstances).by("instance-id", "i-"),
	Detail: readInstance,
	Facets: instanceFacets,
}

func listInstances(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[Instance])) error {
	pages := sdk.NewDescribeInstancesPaginator(client(s), &sdk.DescribeInstancesInput{MaxResults: pageSize(), Filters: filters})
	return walk(ctx, pages, func(page *sdk.DescribeInstancesOutput) {
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				if i.State == nil || (i.State.Name != types.InstanceStateNameTerminated && i.State.Name != types.InstanceStateNameShuttingDown) {
					found(draftInstance(s, i))
				}
			}
		}
	})
}

// readInstance reads the user data, which only an own call for each machine tells.
func readInstance(ctx context.Context, s *aws.Session, d *source.Draft[Instance]) error {
	id := d.ID[len(s.ARN("ec2", "instance/")):]
	d.Try("user_data", func() error {
		out, err := client(s).DescribeInstanceAttribute(ctx, &sdk.DescribeInstanceAttributeInput{
			InstanceId: &id, Attribute: types.InstanceAttributeNameUserData,
		})
		if err != nil {
			return err
		}
		text := ""
		if out.UserData != nil {
			text = aws.Value(out.UserData.Value)
		}
		d.Config.UserData = ReadUserData(text)
		return nil
	})
	return nil
}

func instanceFacets(d *source.Draft[Instance]) {
	c := d.Config
	d.Offer(facet.Compute{
		Running: estate.TriOf(c.State == "running"), PublicAddresses: c.PublicAddresses, Networks: present([]string{}, &c.Subnet),
		Firewalls: c.SecurityGroups, RunsAs: c.Profile, Image: c.Image,
	})
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(len(c.PublicAddresses) > 0), AllowedRanges: []string{}, Ports: []int{}})
}
