package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// TransitGateway is a router that many networks of many accounts attach to. It is
// read in the account that owns it.
type TransitGateway struct {
	// State is available when it can be used.
	State string `json:"state"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// AutoAcceptsAttachments is whether networks of other accounts it is shared with
	// join without anyone agreeing.
	AutoAcceptsAttachments bool `json:"auto_accepts_attachments"`
	// DefaultAssociation is whether attachments use the default route table unless
	// told otherwise.
	DefaultAssociation bool `json:"default_association"`
	// DefaultPropagation is whether attachments make their ranges known in the
	// default route table unless told otherwise.
	DefaultPropagation bool `json:"default_propagation"`
	// SharesSecurityGroups is whether rules may name security groups of other
	// attached networks.
	SharesSecurityGroups bool `json:"shares_security_groups"`
	// CIDRs are its own ranges, for tunnels.
	CIDRs []string `json:"cidrs"`
}

var transitGateway = source.Type[*aws.Session, TransitGateway]{
	Name:     "aws_ec2_transit_gateway",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeTransitGateways", Permission: "ec2:DescribeTransitGateways"},
	},
	Refresh: []string{
		"CreateTransitGateway", "DeleteTransitGateway", "ModifyTransitGateway", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[TransitGateway])) error {
		pages := sdk.NewDescribeTransitGatewaysPaginator(client(s), &sdk.DescribeTransitGatewaysInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeTransitGatewaysOutput) {
			for _, g := range page.TransitGateways {
				if !foreign(s, g.OwnerId) && g.State != types.TransitGatewayStateDeleted {
					found(draftTransitGateway(s, g))
				}
			}
		})
	},
}

func draftTransitGateway(s *aws.Session, g types.TransitGateway) *source.Draft[TransitGateway] {
	id := aws.Value(g.TransitGatewayId)
	d := &source.Draft[TransitGateway]{
		ID: s.ARN("ec2", "transit-gateway/"+id), Name: nameOf(g.Tags, id), Tags: tags(g.Tags), Created: aws.Value(g.CreationTime).In(time.UTC),
	}
	d.Config = TransitGateway{State: string(g.State), Description: aws.Value(g.Description), CIDRs: []string{}}
	if o := g.Options; o != nil {
		d.Config.AutoAcceptsAttachments = o.AutoAcceptSharedAttachments == types.AutoAcceptSharedAttachmentsValueEnable
		d.Config.DefaultAssociation = o.DefaultRouteTableAssociation == types.DefaultRouteTableAssociationValueEnable
		d.Config.DefaultPropagation = o.DefaultRouteTablePropagation == types.DefaultRouteTablePropagationValueEnable
		d.Config.SharesSecurityGroups = o.SecurityGroupReferencingSupport == types.SecurityGroupReferencingSupportValueEnable
		d.Config.CIDRs = append(d.Config.CIDRs, o.TransitGatewayCidrBlocks...)
	}
	return d
}
