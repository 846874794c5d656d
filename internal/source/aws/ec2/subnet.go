package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Subnet is a range of a VPC in one availability zone.
type Subnet struct {
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Zone is its availability zone.
	Zone string `json:"zone"`
	// CIDR is its IPv4 range; empty when it has IPv6 only.
	CIDR string `json:"cidr"`
	// IPv6CIDRs are its IPv6 ranges; empty when it has none.
	IPv6CIDRs []string `json:"ipv6_cidrs"`
	// AssignsPublicIPv4 is whether machines get a public IPv4 address unless they
	// refuse it.
	AssignsPublicIPv4 bool `json:"assigns_public_ipv4"`
	// AssignsIPv6 is whether machines get an IPv6 address.
	AssignsIPv6 bool `json:"assigns_ipv6"`
	// DefaultForZone is whether it is the one for machines that name no subnet.
	DefaultForZone bool `json:"default_for_zone"`
	// InternetBlock is off, block-ingress or block-bidirectional: what the region's
	// block of public access does to it. Empty when AWS does not say.
	InternetBlock string `json:"internet_block"`
	// FreeAddresses is how many private IPv4 addresses are left.
	FreeAddresses int `json:"free_addresses"`
}

var subnet = source.Type[*aws.Session, Subnet]{
	Name:     "aws_subnet",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeSubnets", Permission: "ec2:DescribeSubnets"},
	},
	Refresh: []string{
		"CreateSubnet", "CreateDefaultSubnet", "DeleteSubnet", "ModifySubnetAttribute", "AssociateSubnetCidrBlock",
		"DisassociateSubnetCidrBlock", "ModifyVpcBlockPublicAccessOptions", "CreateDefaultVpc", "CreateTags", "DeleteTags",
	},
	List: listSubnets,
}

func listSubnets(ctx context.Context, s *aws.Session, found func(*source.Draft[Subnet])) error {
	pages := sdk.NewDescribeSubnetsPaginator(client(s), &sdk.DescribeSubnetsInput{MaxResults: pageSize()})
	return walk(ctx, pages, func(page *sdk.DescribeSubnetsOutput) {
		for _, n := range page.Subnets {
			if !foreign(s, n.OwnerId) {
				found(draftSubnet(s, n))
			}
		}
	})
}

func draftSubnet(s *aws.Session, n types.Subnet) *source.Draft[Subnet] {
	id := aws.Value(n.SubnetId)
	d := &source.Draft[Subnet]{ID: s.ARN("ec2", "subnet/"+id), Name: nameOf(n.Tags, id), Tags: tags(n.Tags)}
	d.Config = Subnet{
		VPC: aws.Value(n.VpcId), Zone: aws.Value(n.AvailabilityZone), CIDR: aws.Value(n.CidrBlock), IPv6CIDRs: []string{},
		AssignsPublicIPv4: aws.Value(n.MapPublicIpOnLaunch), AssignsIPv6: aws.Value(n.AssignIpv6AddressOnCreation),
		DefaultForZone: aws.Value(n.DefaultForAz), FreeAddresses: int(aws.Value(n.AvailableIpAddressCount)),
	}
	if n.BlockPublicAccessStates != nil {
		d.Config.InternetBlock = string(n.BlockPublicAccessStates.InternetGatewayBlockMode)
	}
	for _, a := range n.Ipv6CidrBlockAssociationSet {
		if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == types.SubnetCidrBlockStateCodeAssociated {
			d.Config.IPv6CIDRs = present(d.Config.IPv6CIDRs, a.Ipv6CidrBlock)
		}
	}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	return d
}
