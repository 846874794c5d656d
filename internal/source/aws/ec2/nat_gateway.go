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

// NATGateway lets machines with private addresses open connections outwards.
// Gateways that are deleted are left out.
type NATGateway struct {
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Subnet is the id of its subnet; empty for one that spans the zones of a VPC.
	Subnet string `json:"subnet"`
	// State is pending, available, failed or deleting.
	State string `json:"state"`
	// Public is whether it reaches the internet; false for one between networks.
	Public bool `json:"public"`
	// PublicAddresses are the addresses that the internet sees.
	PublicAddresses []string `json:"public_addresses"`
}

var natGateway = source.Type[*aws.Session, NATGateway]{
	Name:     "aws_nat_gateway",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeNatGateways", Permission: "ec2:DescribeNatGateways"},
	},
	Refresh: []string{
		"CreateNatGateway", "DeleteNatGateway", "AssociateNatGatewayAddress", "DisassociateNatGatewayAddress", "CreateTags",
		"DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[NATGateway])) error {
		pages := sdk.NewDescribeNatGatewaysPaginator(client(s), &sdk.DescribeNatGatewaysInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeNatGatewaysOutput) {
			for _, g := range page.NatGateways {
				if g.State != types.NatGatewayStateDeleted {
					found(draftNATGateway(s, g))
				}
			}
		})
	},
}

func draftNATGateway(s *aws.Session, g types.NatGateway) *source.Draft[NATGateway] {
	id := aws.Value(g.NatGatewayId)
	d := &source.Draft[NATGateway]{
		ID: s.ARN("ec2", "natgateway/"+id), Name: nameOf(g.Tags, id), Tags: tags(g.Tags), Created: aws.Value(g.CreateTime).In(time.UTC),
	}
	d.Config = NATGateway{
		VPC: aws.Value(g.VpcId), Subnet: aws.Value(g.SubnetId), State: string(g.State),
		Public: g.ConnectivityType != types.ConnectivityTypePrivate, PublicAddresses: []string{},
	}
	for _, a := range g.NatGatewayAddresses {
		d.Config.PublicAddresses = present(d.Config.PublicAddresses, a.PublicIp)
		d.Relate(estate.Contains, arn(s, "network-interface", aws.Value(a.NetworkInterfaceId)))
	}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	d.Relate(estate.MemberOf, arn(s, "subnet", d.Config.Subnet))
	return d
}
