package ec2

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// RouteTable says where the traffic of subnets goes. The most specific route wins.
type RouteTable struct {
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Main is whether subnets that name no other use it.
	Main bool `json:"main"`
	// Subnets are the ids of the subnets that name it.
	Subnets []string `json:"subnets"`
	// Gateways are the ids of the gateways whose incoming traffic it routes.
	Gateways []string `json:"gateways"`
	// Routes are its routes, in AWS's order.
	Routes []Route `json:"routes"`
}

// Route sends traffic for a range to a target.
type Route struct {
	// Destination is a range or the id of a prefix list.
	Destination string `json:"destination"`
	// Target is the id of the gateway, connection, endpoint or interface; "local" for
	// the VPC itself.
	Target string `json:"target"`
	// Kind is what the target is: local, internet-gateway, egress-only-gateway,
	// nat-gateway, peering, transit-gateway, vpn-gateway, endpoint,
	// network-interface, instance, or other.
	Kind string `json:"kind"`
	// Active is whether the target is there; false for a route that drops traffic.
	Active bool `json:"active"`
	// Propagated is whether a VPN gateway put it there.
	Propagated bool `json:"propagated"`
}

// routeKinds names the kind of a route's target by the beginning of its id, and the
// kind in its ARN.
var routeKinds = []struct{ prefix, kind, arn string }{
	{"local", "local", ""},
	{"igw-", "internet-gateway", "internet-gateway"},
	{"eigw-", "egress-only-gateway", "egress-only-internet-gateway"},
	{"nat-", "nat-gateway", "natgateway"},
	{"pcx-", "peering", "vpc-peering-connection"},
	{"tgw-", "transit-gateway", "transit-gateway"},
	{"vgw-", "vpn-gateway", "vpn-gateway"},
	{"vpce-", "endpoint", "vpc-endpoint"},
	{"eni-", "network-interface", "network-interface"},
	{"i-", "instance", "instance"},
}

var routeTable = source.Type[*aws.Session, RouteTable]{
	Name:     "aws_route_table",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeRouteTables", Permission: "ec2:DescribeRouteTables"},
	},
	Refresh: []string{
		"CreateRouteTable", "DeleteRouteTable", "CreateRoute", "DeleteRoute", "ReplaceRoute", "AssociateRouteTable",
		"DisassociateRouteTable", "ReplaceRouteTableAssociation", "EnableVgwRoutePropagation", "DisableVgwRoutePropagation",
		"CreateVpc", "CreateDefaultVpc", "DeleteVpc", "DeleteSubnet", "CreateVpcEndpoint", "ModifyVpcEndpoint",
		"DeleteVpcEndpoints", "CreateTags", "DeleteTags",
	},
	List: lister[RouteTable](listRouteTables).all,
	Find: lister[RouteTable](listRouteTables).by("route-table-id", "rtb-"),
}

func listRouteTables(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[RouteTable])) error {
	pages := sdk.NewDescribeRouteTablesPaginator(client(s), &sdk.DescribeRouteTablesInput{MaxResults: pageOf(100), Filters: filters})
	return walk(ctx, pages, func(page *sdk.DescribeRouteTablesOutput) {
		for _, t := range page.RouteTables {
			if !foreign(s, t.OwnerId) {
				found(draftRouteTable(s, t))
			}
		}
	})
}

func draftRouteTable(s *aws.Session, t types.RouteTable) *source.Draft[RouteTable] {
	id := aws.Value(t.RouteTableId)
	d := &source.Draft[RouteTable]{ID: s.ARN("ec2", "route-table/"+id), Name: nameOf(t.Tags, id), Tags: tags(t.Tags)}
	d.Config = RouteTable{VPC: aws.Value(t.VpcId), Subnets: []string{}, Gateways: []string{}, Routes: []Route{}}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	for _, a := range t.Associations {
		if a.AssociationState != nil && a.AssociationState.State != types.RouteTableAssociationStateCodeAssociated {
			continue
		}
		d.Config.Main = d.Config.Main || aws.Value(a.Main)
		d.Config.Subnets = present(d.Config.Subnets, a.SubnetId)
		d.Config.Gateways = present(d.Config.Gateways, a.GatewayId)
		d.Relate(estate.AttachedTo, arn(s, "subnet", aws.Value(a.SubnetId)))
	}
	for _, r := range t.Routes {
		route, target := draftRoute(s, r)
		d.Config.Routes = append(d.Config.Routes, route)
		d.Relate(estate.RoutesTo, target)
	}
	return d
}

// draftRoute returns the route and the ARN of its target; empty where it has none.
func draftRoute(s *aws.Session, r types.Route) (route Route, target string) {
	route = Route{
		Destination: first(r.DestinationCidrBlock, r.DestinationIpv6CidrBlock, r.DestinationPrefixListId),
		Target: first(
			r.NatGatewayId, r.EgressOnlyInternetGatewayId, r.VpcPeeringConnectionId, r.TransitGatewayId, r.NetworkInterfaceId,
			r.InstanceId, r.GatewayId, r.LocalGatewayId, r.CarrierGatewayId, r.CoreNetworkArn, r.OdbNetworkArn,
		),
		Kind: "other", Active: r.State == types.RouteStateActive, Propagated: r.Origin == types.RouteOriginEnableVgwRoutePropagation,
	}
	for _, k := range routeKinds {
		if strings.HasPrefix(route.Target, k.prefix) {
			route.Kind = k.kind
			if k.arn != "" {
				target = arn(s, k.arn, route.Target)
			}
		}
	}
	return route, target
}

// first returns the first text that is not empty.
func first(list ...*string) string {
	for _, p := range list {
		if text := aws.Value(p); text != "" {
			return text
		}
	}
	return ""
}
