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

// InstanceConnectEndpoint lets whoever has the permission reach SSH and Remote
// Desktop of machines with private addresses, from anywhere.
type InstanceConnectEndpoint struct {
	// State is create-complete when it can be used.
	State string `json:"state"`
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Subnet is the id of its subnet.
	Subnet string `json:"subnet"`
	// SecurityGroups are the ids of the firewalls of what it sends out.
	SecurityGroups []string `json:"security_groups"`
	// PreservesClientAddress is whether machines see the address of who connects.
	PreservesClientAddress bool `json:"preserves_client_address"`
}

var instanceConnectEndpoint = source.Type[*aws.Session, InstanceConnectEndpoint]{
	Name:     "aws_ec2_instance_connect_endpoint",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeInstanceConnectEndpoints", Permission: "ec2:DescribeInstanceConnectEndpoints"},
	},
	Refresh: []string{
		"CreateInstanceConnectEndpoint", "DeleteInstanceConnectEndpoint", "ModifyInstanceConnectEndpoint", "CreateTags",
		"DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[InstanceConnectEndpoint])) error {
		pages := sdk.NewDescribeInstanceConnectEndpointsPaginator(client(s), &sdk.DescribeInstanceConnectEndpointsInput{MaxResults: pageOf(50)})
		return walk(ctx, pages, func(page *sdk.DescribeInstanceConnectEndpointsOutput) {
			for _, e := range page.InstanceConnectEndpoints {
				if !foreign(s, e.OwnerId) && e.State != types.Ec2InstanceConnectEndpointStateDeleteComplete {
					found(draftInstanceConnectEndpoint(s, e))
				}
			}
		})
	},
}

func draftInstanceConnectEndpoint(s *aws.Session, e types.Ec2InstanceConnectEndpoint) *source.Draft[InstanceConnectEndpoint] {
	id := aws.Value(e.InstanceConnectEndpointId)
	d := &source.Draft[InstanceConnectEndpoint]{
		ID: s.ARN("ec2", "instance-connect-endpoint/"+id), Name: nameOf(e.Tags, id), Tags: tags(e.Tags), Created: aws.Value(e.CreatedAt).In(time.UTC),
	}
	d.Config = InstanceConnectEndpoint{
		State: string(e.State), VPC: aws.Value(e.VpcId), Subnet: aws.Value(e.SubnetId),
		SecurityGroups: append([]string{}, e.SecurityGroupIds...), PreservesClientAddress: aws.Value(e.PreserveClientIp),
	}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	d.Relate(estate.MemberOf, arn(s, "subnet", d.Config.Subnet))
	for _, g := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, arn(s, "security-group", g))
	}
	for _, n := range e.NetworkInterfaceIds {
		d.Relate(estate.Contains, arn(s, "network-interface", n))
	}
	return d
}
