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

// TransitGatewayRouteTable says where a transit gateway sends the traffic of the
// attachments that use it. The most specific route wins.
type TransitGatewayRouteTable struct {
	// State is available when it is in use.
	State string `json:"state"`
	// Gateway is the id of the transit gateway.
	Gateway string `json:"gateway"`
	// DefaultAssociation is whether attachments use it unless told otherwise.
	DefaultAssociation bool `json:"default_association"`
	// DefaultPropagation is whether attachments make their ranges known in it unless told
	// otherwise.
	DefaultPropagation bool `json:"default_propagation"`
	// Routes are its routes, in AWS's order.
	Routes []TransitGatewayRoute `json:"routes"`
	// Associations are the ids of the attachments whose traffic it routes.
	Associations []string `json:"associations"`
	// Propagations are the ids of the attachments that make their ranges known in it.
	Propagations []string `json:"propagations"`
}

// TransitGatewayRoute sends traffic for a range to attachments.
type TransitGatewayRoute struct {
	// Destination is a range or the id of a prefix list.
	Destination string `json:"destination"`
	// Attachments are the ids of the attachments it leads to, several where paths are
	// equal; empty for one that drops traffic.
	Attachments []string `json:"attachments"`
	// Active is whether it leads somewhere; false for a blackhole, which drops traffic.
	Active bool `json:"active"`
	// Propagated is whether an attachment put it there.
	Propagated bool `json:"propagated"`
}

var transitGatewayRouteTable = source.Type[*aws.Session, TransitGatewayRouteTable]{
	Name:     "aws_ec2_transit_gateway_route_table",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeTransitGatewayRouteTables", Permission: "ec2:DescribeTransitGatewayRouteTables"},
		{Op: "SearchTransitGatewayRoutes", Permission: "ec2:SearchTransitGatewayRoutes", Fills: []string{"routes"}},
		{Op: "GetTransitGatewayRouteTableAssociations", Permission: "ec2:GetTransitGatewayRouteTableAssociations", Fills: []string{"associations"}},
		{Op: "GetTransitGatewayRouteTablePropagations", Permission: "ec2:GetTransitGatewayRouteTablePropagations", Fills: []string{"propagations"}},
	},
	Refresh: []string{
		"CreateTransitGatewayRouteTable", "DeleteTransitGatewayRouteTable", "CreateTransitGatewayRoute", "DeleteTransitGatewayRoute", "ReplaceTransitGatewayRoute",
		"CreateTransitGatewayPrefixListReference", "ModifyTransitGatewayPrefixListReference", "DeleteTransitGatewayPrefixListReference",
		"AssociateTransitGatewayRouteTable", "DisassociateTransitGatewayRouteTable",
		"EnableTransitGatewayRouteTablePropagation", "DisableTransitGatewayRouteTablePropagation", "CreateTags", "DeleteTags",
	},
	Gone: []string{"InvalidRouteTableID.NotFound", "InvalidRouteTableId.NotFound"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[TransitGatewayRouteTable])) error {
		pages := sdk.NewDescribeTransitGatewayRouteTablesPaginator(client(s), &sdk.DescribeTransitGatewayRouteTablesInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeTransitGatewayRouteTablesOutput) {
			for _, t := range page.TransitGatewayRouteTables {
				if t.State != types.TransitGatewayRouteTableStateDeleted {
					found(draftTransitGatewayRouteTable(s, t))
				}
			}
		})
	},
	Detail: readTransitGatewayRouteTable,
}

func draftTransitGatewayRouteTable(s *aws.Session, t types.TransitGatewayRouteTable) *source.Draft[TransitGatewayRouteTable] {
	id := aws.Value(t.TransitGatewayRouteTableId)
	d := &source.Draft[TransitGatewayRouteTable]{
		ID: s.ARN("ec2", "transit-gateway-route-table/"+id), Name: nameOf(t.Tags, id), Tags: tags(t.Tags), Created: aws.Value(t.CreationTime).In(time.UTC),
	}
	d.Config = TransitGatewayRouteTable{
		State: string(t.State), Gateway: aws.Value(t.TransitGatewayId),
		DefaultAssociation: aws.Value(t.DefaultAssociationRouteTable), DefaultPropagation: aws.Value(t.DefaultPropagationRouteTable),
	}
	d.Relate(estate.MemberOf, arn(s, "transit-gateway", d.Config.Gateway))
	return d
}

func readTransitGatewayRouteTable(ctx context.Context, s *aws.Session, d *source.Draft[TransitGatewayRouteTable]) error {
	id := d.ID[len(s.ARN("ec2", "transit-gateway-route-table/")):]
	d.Try("routes", func() (err error) {
		d.Config.Routes, err = transitGatewayRoutes(ctx, s, id)
		return err
	})
	d.Try("associations", func() error {
		list := []string{}
		pages := sdk.NewGetTransitGatewayRouteTableAssociationsPaginator(client(s), &sdk.GetTransitGatewayRouteTableAssociationsInput{TransitGatewayRouteTableId: &id, MaxResults: pageSize()})
		err := walk(ctx, pages, func(page *sdk.GetTransitGatewayRouteTableAssociationsOutput) {
			for _, a := range page.Associations {
				if a.State == types.TransitGatewayAssociationStateAssociated {
					list = present(list, a.TransitGatewayAttachmentId)
				}
			}
		})
		d.Config.Associations = list
		return err
	})
	d.Try("propagations", func() error {
		list := []string{}
		pages := sdk.NewGetTransitGatewayRouteTablePropagationsPaginator(client(s), &sdk.GetTransitGatewayRouteTablePropagationsInput{TransitGatewayRouteTableId: &id, MaxResults: pageSize()})
		err := walk(ctx, pages, func(page *sdk.GetTransitGatewayRouteTablePropagationsOutput) {
			for _, p := range page.TransitGatewayRouteTablePropagations {
				if p.State == types.TransitGatewayPropagationStateEnabled {
					list = present(list, p.TransitGatewayAttachmentId)
				}
			}
		})
		d.Config.Propagations = list
		return err
	})
	return nil
}

// transitGatewayRoutes returns the routes of a table. A table may hold more than the 1,000
// that one answer does, and some endpoints hand out no token for the rest: they say that
// there is more, and half a table would be a wrong one.
func transitGatewayRoutes(ctx context.Context, s *aws.Session, table string) ([]TransitGatewayRoute, error) {
	routes, state, more := []TransitGatewayRoute{}, "state", false
	pages := sdk.NewSearchTransitGatewayRoutesPaginator(client(s), &sdk.SearchTransitGatewayRoutesInput{
		TransitGatewayRouteTableId: &table, MaxResults: pageSize(), Filters: []types.Filter{{Name: &state, Values: []string{"active", "blackhole"}}},
	})
	err := walk(ctx, pages, func(page *sdk.SearchTransitGatewayRoutesOutput) {
		more = aws.Value(page.AdditionalRoutesAvailable) && aws.Value(page.NextToken) == ""
		for _, r := range page.Routes {
			route := TransitGatewayRoute{
				Destination: first(r.DestinationCidrBlock, r.PrefixListId), Attachments: []string{},
				Active: r.State == types.TransitGatewayRouteStateActive, Propagated: r.Type == types.TransitGatewayRouteTypePropagated,
			}
			for _, a := range r.TransitGatewayAttachments {
				route.Attachments = present(route.Attachments, a.TransitGatewayAttachmentId)
			}
			routes = append(routes, route)
		}
	})
	if err == nil && more {
		err = estate.Errorf(estate.CodeUnsupported, "search the routes of a transit gateway", "the table has more routes than one answer holds")
	}
	if err != nil {
		return nil, err
	}
	return routes, nil
}
