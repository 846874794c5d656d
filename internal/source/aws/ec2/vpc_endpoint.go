package ec2

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// VPCEndpoint is a private way from a VPC to a service.
type VPCEndpoint struct {
	// Kind is Gateway, Interface, GatewayLoadBalancer, Resource, ServiceNetwork or Tunnel.
	Kind string `json:"kind"`
	// ServiceName is the service's full name, such as com.amazonaws.eu-west-1.s3.
	ServiceName string `json:"service_name"`
	// ServiceRegion is where the service stands; empty for the endpoint's region.
	ServiceRegion string `json:"service_region"`
	// State is available when it can be used.
	State string `json:"state"`
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Subnets are the ids of the subnets with an address of the endpoint; empty for gateways.
	Subnets []string `json:"subnets"`
	// RouteTables are the ids of the tables that lead to it; empty but for gateways.
	RouteTables []string `json:"route_tables"`
	// SecurityGroups are the ids of its firewalls; empty for gateways.
	SecurityGroups []string `json:"security_groups"`
	// PrivateDNS is whether the service's usual name leads to the endpoint.
	PrivateDNS bool `json:"private_dns"`
	// ServiceManaged is whether an AWS service made it.
	ServiceManaged bool `json:"service_managed"`
	// Policy limits what can be done through it; absent when the kind has none.
	Policy *policydoc.Document `json:"policy,omitempty"`

	policyText string
}

var vpcEndpoint = source.Type[*aws.Session, VPCEndpoint]{
	Name:     "aws_vpc_endpoint",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeVpcEndpoints", Permission: "ec2:DescribeVpcEndpoints"},
	},
	Refresh: []string{
		"CreateVpcEndpoint", "DeleteVpcEndpoints", "ModifyVpcEndpoint", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[VPCEndpoint])) error {
		pages := sdk.NewDescribeVpcEndpointsPaginator(client(s), &sdk.DescribeVpcEndpointsInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeVpcEndpointsOutput) {
			for _, e := range page.VpcEndpoints {
				if !foreign(s, e.OwnerId) && !strings.EqualFold(string(e.State), string(types.StateDeleted)) {
					found(draftVPCEndpoint(s, e))
				}
			}
		})
	},
	Detail: readVPCEndpoint,
	Facets: func(d *source.Draft[VPCEndpoint]) {
		if d.Config.Policy == nil && d.Known("policy") {
			return
		}
		f := facet.AccessPolicy{Documents: []policydoc.Document{}, Grants: []facet.Grant{}, PolicyBlocked: estate.No, ListBlocked: estate.Yes, Enforced: estate.Yes}
		if d.Config.Policy != nil {
			f.Documents = append(f.Documents, *d.Config.Policy)
		}
		d.Offer(f, "policy")
	},
}

func draftVPCEndpoint(s *aws.Session, e types.VpcEndpoint) *source.Draft[VPCEndpoint] {
	id := aws.Value(e.VpcEndpointId)
	d := &source.Draft[VPCEndpoint]{
		ID: s.ARN("ec2", "vpc-endpoint/"+id), Name: nameOf(e.Tags, id), Tags: tags(e.Tags), Created: aws.Value(e.CreationTimestamp).In(time.UTC),
	}
	d.Config = VPCEndpoint{
		Kind: string(e.VpcEndpointType), ServiceName: aws.Value(e.ServiceName), ServiceRegion: aws.Value(e.ServiceRegion),
		State: strings.ToLower(string(e.State)), VPC: aws.Value(e.VpcId), Subnets: append([]string{}, e.SubnetIds...),
		RouteTables: append([]string{}, e.RouteTableIds...), SecurityGroups: []string{}, PrivateDNS: aws.Value(e.PrivateDnsEnabled),
		ServiceManaged: aws.Value(e.RequesterManaged), policyText: aws.Value(e.PolicyDocument),
	}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	for _, g := range e.Groups {
		d.Config.SecurityGroups = present(d.Config.SecurityGroups, g.GroupId)
		d.Relate(estate.GuardedBy, arn(s, "security-group", aws.Value(g.GroupId)))
	}
	for _, n := range e.SubnetIds {
		d.Relate(estate.MemberOf, arn(s, "subnet", n))
	}
	for _, n := range e.NetworkInterfaceIds {
		d.Relate(estate.Contains, arn(s, "network-interface", n))
	}
	return d
}

func readVPCEndpoint(_ context.Context, _ *aws.Session, d *source.Draft[VPCEndpoint]) error {
	text := d.Config.policyText
	d.Config.policyText = ""
	if text == "" {
		return nil
	}
	d.Try("policy", func() (err error) {
		d.Config.Policy, err = policydoc.Parse(text)
		return err
	})
	return nil
}
