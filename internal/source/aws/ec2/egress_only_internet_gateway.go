package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EgressOnlyInternetGateway lets IPv6 connections out to the internet and none in.
type EgressOnlyInternetGateway struct {
	// VPCs are the ids of the networks it is attached to: one or none.
	VPCs []string `json:"vpcs"`
}

var egressOnlyInternetGateway = source.Type[*aws.Session, EgressOnlyInternetGateway]{
	Name:     "aws_egress_only_internet_gateway",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeEgressOnlyInternetGateways", Permission: "ec2:DescribeEgressOnlyInternetGateways"},
	},
	Refresh: []string{
		"CreateEgressOnlyInternetGateway", "DeleteEgressOnlyInternetGateway", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[EgressOnlyInternetGateway])) error {
		pages := sdk.NewDescribeEgressOnlyInternetGatewaysPaginator(client(s), &sdk.DescribeEgressOnlyInternetGatewaysInput{MaxResults: pageOf(255)})
		return walk(ctx, pages, func(page *sdk.DescribeEgressOnlyInternetGatewaysOutput) {
			for _, g := range page.EgressOnlyInternetGateways {
				id := aws.Value(g.EgressOnlyInternetGatewayId)
				d := &source.Draft[EgressOnlyInternetGateway]{
					ID: s.ARN("ec2", "egress-only-internet-gateway/"+id), Name: nameOf(g.Tags, id), Tags: tags(g.Tags),
				}
				d.Config.VPCs = attachedVPCs(g.Attachments)
				for _, v := range d.Config.VPCs {
					d.Relate(estate.AttachedTo, arn(s, "vpc", v))
				}
				found(d)
			}
		})
	},
}
