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

// TransitGatewayAttachment joins a network, a VPN or another gateway with a transit
// gateway. Attachments that are deleted, failed or rejected are left out.
type TransitGatewayAttachment struct {
	// State is available when traffic can pass, or pendingAcceptance and the like.
	State string `json:"state"`
	// Gateway is the id of the transit gateway.
	Gateway string `json:"gateway"`
	// GatewayAccount is the account that owns the gateway.
	GatewayAccount string `json:"gateway_account"`
	// Kind is what is attached: vpc, vpn, peering, tgw-peering, direct-connect-gateway,
	// connect, client-vpn and the like.
	Kind string `json:"kind"`
	// Attached is the id of what is attached.
	Attached string `json:"attached"`
	// AttachedAccount is the account that owns what is attached.
	AttachedAccount string `json:"attached_account"`
	// RouteTable is the id of the gateway's table that routes its traffic; empty when
	// it goes nowhere or another account owns the gateway.
	RouteTable string `json:"route_table"`
}

var transitGatewayAttachment = source.Type[*aws.Session, TransitGatewayAttachment]{
	Name:     "aws_ec2_transit_gateway_attachment",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeTransitGatewayAttachments", Permission: "ec2:DescribeTransitGatewayAttachments"},
	},
	Refresh: []string{
		"CreateTransitGatewayVpcAttachment", "DeleteTransitGatewayVpcAttachment", "ModifyTransitGatewayVpcAttachment",
		"AcceptTransitGatewayVpcAttachment", "RejectTransitGatewayVpcAttachment", "CreateTransitGatewayPeeringAttachment",
		"AcceptTransitGatewayPeeringAttachment", "DeleteTransitGatewayPeeringAttachment", "AssociateTransitGatewayRouteTable",
		"DisassociateTransitGatewayRouteTable", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[TransitGatewayAttachment])) error {
		pages := sdk.NewDescribeTransitGatewayAttachmentsPaginator(client(s), &sdk.DescribeTransitGatewayAttachmentsInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeTransitGatewayAttachmentsOutput) {
			for _, a := range page.TransitGatewayAttachments {
				if !detached[a.State] {
					found(draftTransitGatewayAttachment(s, a))
				}
			}
		})
	},
}

// detached are the states in which an attachment is listed for a while after its end.
var detached = map[types.TransitGatewayAttachmentState]bool{
	types.TransitGatewayAttachmentStateDeleted: true, types.TransitGatewayAttachmentStateFailed: true,
	types.TransitGatewayAttachmentStateRejected: true,
}

func draftTransitGatewayAttachment(s *aws.Session, a types.TransitGatewayAttachment) *source.Draft[TransitGatewayAttachment] {
	id := aws.Value(a.TransitGatewayAttachmentId)
	d := &source.Draft[TransitGatewayAttachment]{
		ID: s.ARN("ec2", "transit-gateway-attachment/"+id), Name: nameOf(a.Tags, id), Tags: tags(a.Tags), Created: aws.Value(a.CreationTime).In(time.UTC),
	}
	d.Config = TransitGatewayAttachment{
		State: string(a.State), Gateway: aws.Value(a.TransitGatewayId), GatewayAccount: aws.Value(a.TransitGatewayOwnerId),
		Kind: string(a.ResourceType), Attached: aws.Value(a.ResourceId), AttachedAccount: aws.Value(a.ResourceOwnerId),
	}
	c := d.Config
	if a.Association != nil && a.Association.State == types.TransitGatewayAssociationStateAssociated {
		d.Config.RouteTable = aws.Value(a.Association.TransitGatewayRouteTableId)
	}
	d.Relate(estate.AttachedTo, ownedARN(s, c.GatewayAccount, "transit-gateway", c.Gateway))
	switch a.ResourceType {
	case types.TransitGatewayAttachmentResourceTypeVpc:
		d.Relate(estate.AttachedTo, ownedARN(s, c.AttachedAccount, "vpc", c.Attached))
	case types.TransitGatewayAttachmentResourceTypeVpn:
		d.Relate(estate.AttachedTo, ownedARN(s, c.AttachedAccount, "vpn-connection", c.Attached))
	}
	return d
}

// ownedARN is arn for what an account of its own may own.
func ownedARN(s *aws.Session, account, kind, id string) string {
	if account == "" || id == "" {
		return arn(s, kind, id)
	}
	return "arn:" + s.Partition + ":ec2:" + s.Region + ":" + account + ":" + kind + "/" + id
}
