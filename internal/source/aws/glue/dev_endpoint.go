package glue

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// DevEndpoint is a machine on which jobs are written and tried.
type DevEndpoint struct {
	// Status is READY when it can be used.
	Status string `json:"status"`
	// GlueVersion is the version of Glue it runs.
	GlueVersion string `json:"glue_version"`
	// Role is the role that it acts with.
	Role string `json:"role"`
	// PublicAddress is its name on the internet; empty when it stands in a network.
	PublicAddress string `json:"public_address"`
	// PublicKeys is how many SSH keys may sign in.
	PublicKeys int `json:"public_keys"`
	// SecurityConfiguration is the name of the settings by which it encrypts what it writes;
	// empty when it has none.
	SecurityConfiguration string `json:"security_configuration"`
	// VPC is the network it stands in; empty when it is none of the customer's.
	VPC string `json:"vpc"`
	// Subnet is the subnet it stands in.
	Subnet string `json:"subnet"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var devEndpoint = source.Type[*aws.Session, DevEndpoint]{
	Name:       "aws_glue_dev_endpoint",
	Service:    "glue",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "GetDevEndpoints", Permission: "glue:GetDevEndpoints"},
	},
	Refresh: []string{"CreateDevEndpoint", "UpdateDevEndpoint", "DeleteDevEndpoint"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[DevEndpoint])) error {
		size := int32(200)
		pages := sdk.NewGetDevEndpointsPaginator(client(s), &sdk.GetDevEndpointsInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, e := range page.DevEndpoints {
				found(draftDevEndpoint(s, e))
			}
		}
		return nil
	},
	Facets: devEndpointFacets,
}

func draftDevEndpoint(s *aws.Session, e types.DevEndpoint) *source.Draft[DevEndpoint] {
	d := &source.Draft[DevEndpoint]{ID: s.ARN("glue", "devEndpoint/"+aws.Value(e.EndpointName)), Name: aws.Value(e.EndpointName), Created: aws.Value(e.CreatedTimestamp).In(time.UTC)}
	d.Config = DevEndpoint{
		Status: aws.Value(e.Status), GlueVersion: aws.Value(e.GlueVersion), Role: roleARN(s, aws.Value(e.RoleArn)), PublicAddress: aws.Value(e.PublicAddress),
		PublicKeys: len(e.PublicKeys), SecurityConfiguration: aws.Value(e.SecurityConfiguration), VPC: aws.Value(e.VpcId), Subnet: aws.Value(e.SubnetId),
		SecurityGroups: e.SecurityGroupIds,
	}
	if aws.Value(e.PublicKey) != "" {
		d.Config.PublicKeys++
	}
	d.Relate(estate.RunsAs, d.Config.Role)
	if d.Config.Subnet != "" {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+d.Config.Subnet))
	}
	for _, g := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
	}
	return d
}

func devEndpointFacets(d *source.Draft[DevEndpoint]) {
	c := d.Config
	compute := facet.Compute{
		Running: estate.TriOf(c.Status == "READY"), PublicAddresses: []string{}, Networks: []string{}, Firewalls: []string{}, RunsAs: c.Role,
	}
	if c.PublicAddress != "" {
		compute.PublicAddresses = []string{c.PublicAddress}
	}
	if c.Subnet != "" {
		compute.Networks = []string{c.Subnet}
	}
	if c.SecurityGroups != nil {
		compute.Firewalls = c.SecurityGroups
	}
	d.Offer(compute)
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.PublicAddress != ""), AllowedRanges: []string{}, Ports: []int{22}})
}
