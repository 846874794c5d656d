package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// VPNGateway is the end of VPN and Direct Connect lines at a VPC.
type VPNGateway struct {
	// State is available when it can be used.
	State string `json:"state"`
	// VPCs are the ids of the networks it is attached to: one or none.
	VPCs []string `json:"vpcs"`
}

var vpnGateway = source.Type[*aws.Session, VPNGateway]{
	Name:     "aws_vpn_gateway",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeVpnGateways", Permission: "ec2:DescribeVpnGateways"},
	},
	Refresh: []string{
		"CreateVpnGateway", "DeleteVpnGateway", "AttachVpnGateway", "DetachVpnGateway", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[VPNGateway])) error {
		out, err := client(s).DescribeVpnGateways(ctx, &sdk.DescribeVpnGatewaysInput{})
		if err != nil {
			return err
		}
		for _, g := range out.VpnGateways {
			if g.State == types.VpnStateDeleted {
				continue
			}
			id := aws.Value(g.VpnGatewayId)
			d := &source.Draft[VPNGateway]{ID: s.ARN("ec2", "vpn-gateway/"+id), Name: nameOf(g.Tags, id), Tags: tags(g.Tags)}
			d.Config = VPNGateway{State: string(g.State), VPCs: []string{}}
			for _, a := range g.VpcAttachments {
				if a.State == types.AttachmentStatusAttached || a.State == types.AttachmentStatusAttaching {
					d.Config.VPCs = present(d.Config.VPCs, a.VpcId)
					d.Relate(estate.AttachedTo, arn(s, "vpc", aws.Value(a.VpcId)))
				}
			}
			found(d)
		}
		return nil
	},
}
