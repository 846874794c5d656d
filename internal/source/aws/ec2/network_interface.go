package ec2

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// NetworkInterface is a virtual network card: of a machine, or of a service that
// stands in the network, such as a load balancer, a database or a function.
type NetworkInterface struct {
	// Kind is interface for the plain kind, or the service's kind, such as
	// network_load_balancer, lambda, natGateway, vpc_endpoint or efa.
	Kind string `json:"kind"`
	// Description is the owner's word on it, or the service's.
	Description string `json:"description"`
	// Attached is whether it is in use.
	Attached bool `json:"attached"`
	// Instance is the id of the machine it belongs to; empty when it belongs to none.
	Instance string `json:"instance"`
	// AttachmentOwner is the account or service whose machine it is attached to, such as
	// amazon-elb; empty when it is attached to none.
	AttachmentOwner string `json:"attachment_owner"`
	// ServiceManaged is whether an AWS service made it and looks after it.
	ServiceManaged bool `json:"service_managed"`
	// Requester is the account or service that made it; empty for its owner.
	Requester string `json:"requester"`
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Subnet is the id of its subnet.
	Subnet string `json:"subnet"`
	// SecurityGroups are the ids of its firewalls; empty when it has none, which lets
	// everything through.
	SecurityGroups []string `json:"security_groups"`
	// PrivateAddresses are its private IPv4 addresses.
	PrivateAddresses []string `json:"private_addresses"`
	// PublicAddresses are its public IPv4 addresses.
	PublicAddresses []string `json:"public_addresses"`
	// IPv6Addresses are its IPv6 addresses.
	IPv6Addresses []string `json:"ipv6_addresses"`
	// SourceDestCheck is whether it refuses traffic that is not for it.
	SourceDestCheck bool `json:"source_dest_check"`
}

var networkInterface = source.Type[*aws.Session, NetworkInterface]{
	Name:     "aws_network_interface",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeNetworkInterfaces", Permission: "ec2:DescribeNetworkInterfaces"},
	},
	Refresh: []string{
		"CreateNetworkInterface", "DeleteNetworkInterface", "AttachNetworkInterface", "DetachNetworkInterface",
		"ModifyNetworkInterfaceAttribute", "AssociateAddress", "DisassociateAddress", "AssignIpv6Addresses",
		"UnassignIpv6Addresses", "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses", "RunInstances",
		"TerminateInstances", "StartInstances", "StopInstances", "ModifyInstanceAttribute", "CreateTags", "DeleteTags",
	},
	List: lister[NetworkInterface](listNetworkInterfaces).all,
	Find: lister[NetworkInterface](listNetworkInterfaces).by("network-interface-id", "eni-"),
}

func listNetworkInterfaces(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[NetworkInterface])) error {
	pages := sdk.NewDescribeNetworkInterfacesPaginator(client(s), &sdk.DescribeNetworkInterfacesInput{MaxResults: pageSize(), Filters: filters})
	return walk(ctx, pages, func(page *sdk.DescribeNetworkInterfacesOutput) {
		for _, i := range page.NetworkInterfaces {
			if !foreign(s, i.OwnerId) {
				found(draftNetworkInterface(s, i))
			}
		}
	})
}

func draftNetworkInterface(s *aws.Session, i types.NetworkInterface) *source.Draft[NetworkInterface] {
	id := aws.Value(i.NetworkInterfaceId)
	d := &source.Draft[NetworkInterface]{ID: s.ARN("ec2", "network-interface/"+id), Name: nameOf(i.TagSet, id), Tags: tags(i.TagSet)}
	d.Config = NetworkInterface{
		Kind: string(i.InterfaceType), Description: aws.Value(i.Description), Attached: i.Status == types.NetworkInterfaceStatusInUse,
		ServiceManaged: aws.Value(i.RequesterManaged), Requester: aws.Value(i.RequesterId), VPC: aws.Value(i.VpcId),
		Subnet: aws.Value(i.SubnetId), SecurityGroups: groupIDs(i.Groups), SourceDestCheck: aws.Value(i.SourceDestCheck),
		PrivateAddresses: []string{}, PublicAddresses: []string{}, IPv6Addresses: []string{},
	}
	c := &d.Config
	if i.Attachment != nil {
		c.Instance, c.AttachmentOwner = aws.Value(i.Attachment.InstanceId), aws.Value(i.Attachment.InstanceOwnerId)
	}
	if i.Association != nil {
		c.PublicAddresses = present(c.PublicAddresses, i.Association.PublicIp)
	}
	for _, p := range i.PrivateIpAddresses {
		c.PrivateAddresses = present(c.PrivateAddresses, p.PrivateIpAddress)
		if p.Association != nil {
			c.PublicAddresses = present(c.PublicAddresses, p.Association.PublicIp)
		}
	}
	for _, a := range i.Ipv6Addresses {
		c.IPv6Addresses = present(c.IPv6Addresses, a.Ipv6Address)
	}
	slices.Sort(c.PublicAddresses)
	c.PublicAddresses = slices.Compact(c.PublicAddresses)
	d.Relate(estate.AttachedTo, arn(s, "instance", c.Instance))
	d.Relate(estate.MemberOf, arn(s, "subnet", c.Subnet))
	d.Relate(estate.MemberOf, arn(s, "vpc", c.VPC))
	for _, g := range c.SecurityGroups {
		d.Relate(estate.GuardedBy, arn(s, "security-group", g))
	}
	return d
}
