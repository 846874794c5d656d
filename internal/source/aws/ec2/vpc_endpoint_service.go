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

// VPCEndpointService offers what stands behind a load balancer to the networks of
// others, by endpoints in them.
type VPCEndpointService struct {
	// ServiceName is the full name that others connect to.
	ServiceName string `json:"service_name"`
	// State is available when it can be used.
	State string `json:"state"`
	// AcceptanceRequired is whether somebody must agree to each endpoint.
	AcceptanceRequired bool `json:"acceptance_required"`
	// AllowedPrincipals are the ARNs that may make endpoints; "*" is everyone, and
	// empty is the own account only.
	AllowedPrincipals []string `json:"allowed_principals"`
	// Zones are the availability zones it is offered in.
	Zones []string `json:"zones"`
	// LoadBalancers are the ARNs of the load balancers behind it.
	LoadBalancers []string `json:"load_balancers"`
	// PrivateDNSName is the name that endpoints may answer under; empty when it has none.
	PrivateDNSName string `json:"private_dns_name"`
}

var vpcEndpointService = source.Type[*aws.Session, VPCEndpointService]{
	Name:     "aws_vpc_endpoint_service",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeVpcEndpointServiceConfigurations", Permission: "ec2:DescribeVpcEndpointServiceConfigurations"},
		{Op: "DescribeVpcEndpointServicePermissions", Permission: "ec2:DescribeVpcEndpointServicePermissions", Fills: []string{"allowed_principals"}},
	},
	Refresh: []string{
		"CreateVpcEndpointServiceConfiguration", "DeleteVpcEndpointServiceConfigurations",
		"ModifyVpcEndpointServiceConfiguration", "ModifyVpcEndpointServicePermissions", "CreateTags", "DeleteTags",
	},
	Gone: []string{"InvalidVpcEndpointServiceId.NotFound"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[VPCEndpointService])) error {
		pages := sdk.NewDescribeVpcEndpointServiceConfigurationsPaginator(client(s), &sdk.DescribeVpcEndpointServiceConfigurationsInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeVpcEndpointServiceConfigurationsOutput) {
			for _, c := range page.ServiceConfigurations {
				if c.ServiceState != types.ServiceStateDeleted {
					found(draftVPCEndpointService(s, c))
				}
			}
		})
	},
	Detail: readVPCEndpointService,
}

func draftVPCEndpointService(s *aws.Session, c types.ServiceConfiguration) *source.Draft[VPCEndpointService] {
	id := aws.Value(c.ServiceId)
	d := &source.Draft[VPCEndpointService]{ID: s.ARN("ec2", "vpc-endpoint-service/"+id), Name: nameOf(c.Tags, id), Tags: tags(c.Tags)}
	d.Config = VPCEndpointService{
		ServiceName: aws.Value(c.ServiceName), State: strings.ToLower(string(c.ServiceState)), AcceptanceRequired: aws.Value(c.AcceptanceRequired),
		AllowedPrincipals: []string{}, Zones: append([]string{}, c.AvailabilityZones...),
		LoadBalancers:  append(append([]string{}, c.NetworkLoadBalancerArns...), c.GatewayLoadBalancerArns...),
		PrivateDNSName: aws.Value(c.PrivateDnsName),
	}
	for _, lb := range d.Config.LoadBalancers {
		d.Relate(estate.RoutesTo, lb)
	}
	return d
}

func readVPCEndpointService(ctx context.Context, s *aws.Session, d *source.Draft[VPCEndpointService]) error {
	id := d.ID[len(s.ARN("ec2", "vpc-endpoint-service/")):]
	d.Try("allowed_principals", func() error {
		principals := []string{}
		pages := sdk.NewDescribeVpcEndpointServicePermissionsPaginator(client(s), &sdk.DescribeVpcEndpointServicePermissionsInput{ServiceId: &id, MaxResults: pageSize()})
		err := walk(ctx, pages, func(page *sdk.DescribeVpcEndpointServicePermissionsOutput) {
			for _, p := range page.AllowedPrincipals {
				principals = present(principals, p.Principal)
			}
		})
		if err == nil {
			d.Config.AllowedPrincipals = principals
		}
		return err
	})
	return nil
}
