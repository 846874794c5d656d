package lambda

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
)

func functionFacets(d *source.Draft[Function]) {
	c := d.Config
	relateFunction(d)
	compute := facet.Compute{
		Running: estate.TriOf(c.State != "Failed"), PublicAddresses: []string{}, Networks: []string{}, Firewalls: []string{},
		RunsAs: c.Role,
	}
	if c.VPC != nil {
		compute.Networks, compute.Firewalls = c.VPC.Subnets, c.VPC.SecurityGroups
	}
	d.Offer(compute)
	d.OfferPolicy("policy", c.Policy)
	d.Offer(facet.Encryption{
		AtRest: estate.Yes, CustomerKey: estate.TriOf(c.EnvironmentKey != ""), KeyID: c.EnvironmentKey, InTransit: estate.Yes,
	})
	d.Offer(facet.Exposure{PublicEndpoint: d.Tri("urls", len(c.URLs) > 0), AllowedRanges: []string{}, Ports: []int{443}})
}

func relateFunction(d *source.Draft[Function]) {
	c := d.Config
	d.Relate(estate.RunsAs, c.Role)
	d.Relate(estate.EncryptedBy, c.EnvironmentKey)
	prefix := regional(d.ID)
	d.Relate(estate.LogsTo, prefix("logs", "log-group:"+c.LogGroup))
	if v := c.VPC; v != nil {
		d.Relate(estate.MemberOf, prefix("ec2", "vpc/"+v.ID))
		for _, n := range v.Subnets {
			d.Relate(estate.MemberOf, prefix("ec2", "subnet/"+n))
		}
		for _, g := range v.SecurityGroups {
			d.Relate(estate.GuardedBy, prefix("ec2", "security-group/"+g))
		}
	}
}

// regional makes ARNs in the partition, region and account of another ARN.
func regional(arn string) func(service, resource string) string {
	parts := strings.SplitN(arn, ":", 6)
	return func(service, resource string) string {
		if len(parts) < 6 {
			return ""
		}
		return strings.Join([]string{"arn", parts[1], service, parts[3], parts[4], resource}, ":")
	}
}
