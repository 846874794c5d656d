package redshiftserverless

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/redshiftserverless"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Workgroup is the computing of Redshift Serverless: what answers queries.
type Workgroup struct {
	// Namespace is the name of the namespace it works on.
	Namespace string `json:"namespace"`
	// Status is AVAILABLE when it can be used.
	Status string `json:"status"`
	// PubliclyAccessible is whether it has an address on the internet.
	PubliclyAccessible bool `json:"publicly_accessible"`
	// Port is where it listens.
	Port int `json:"port"`
	// EnhancedVPCRouting is whether loads and unloads go through the VPC.
	EnhancedVPCRouting bool `json:"enhanced_vpc_routing"`
	// TLSRequired is whether connections without TLS are refused; not known when
	// nothing is set.
	TLSRequired estate.Tri `json:"tls_required"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var workgroup = source.Type[*aws.Session, Workgroup]{
	Name:     "aws_redshiftserverless_workgroup",
	Service:  "redshiftserverless",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListWorkgroups", Permission: "redshift-serverless:ListWorkgroups"},
		{Op: "ListTagsForResource", Permission: "redshift-serverless:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateWorkgroup", "DeleteWorkgroup", "UpdateWorkgroup", "TagResource", "UntagResource"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listWorkgroups,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Workgroup]) error {
		readTags(ctx, s, d)
		return nil
	},
	Facets: func(d *source.Draft[Workgroup]) {
		ports := []int{}
		if d.Config.Port != 0 {
			ports = append(ports, d.Config.Port)
		}
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(d.Config.PubliclyAccessible), AllowedRanges: []string{}, Ports: ports})
	},
}

func listWorkgroups(ctx context.Context, s *aws.Session, found func(*source.Draft[Workgroup])) error {
	size := int32(100)
	pages := sdk.NewListWorkgroupsPaginator(client(s), &sdk.ListWorkgroupsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, w := range page.Workgroups {
			found(draftWorkgroup(s, w))
		}
	}
	return nil
}

func draftWorkgroup(s *aws.Session, w types.Workgroup) *source.Draft[Workgroup] {
	d := &source.Draft[Workgroup]{ID: aws.Value(w.WorkgroupArn), Name: aws.Value(w.WorkgroupName), Created: aws.Value(w.CreationDate).In(time.UTC)}
	d.Config = Workgroup{
		Namespace: aws.Value(w.NamespaceName), Status: string(w.Status), PubliclyAccessible: aws.Value(w.PubliclyAccessible),
		EnhancedVPCRouting: aws.Value(w.EnhancedVpcRouting), Subnets: w.SubnetIds, SecurityGroups: w.SecurityGroupIds, Port: int(aws.Value(w.Port)),
	}
	if d.Config.Port == 0 && w.Endpoint != nil {
		d.Config.Port = int(aws.Value(w.Endpoint.Port))
	}
	for _, p := range w.ConfigParameters {
		if aws.Value(p.ParameterKey) == "require_ssl" && p.ParameterValue != nil {
			d.Config.TLSRequired = estate.TriOf(strings.EqualFold(*p.ParameterValue, "true"))
		}
	}
	for _, id := range w.SecurityGroupIds {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+id))
	}
	for _, id := range w.SubnetIds {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+id))
	}
	return d
}
