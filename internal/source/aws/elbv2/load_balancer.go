package elbv2

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// LoadBalancer is an Application, Network or Gateway Load Balancer.
type LoadBalancer struct {
	// Kind is application, network or gateway.
	Kind string `json:"kind"`
	// InternetFacing is whether its name resolves to addresses on the internet.
	InternetFacing bool `json:"internet_facing"`
	// DNSName is the name it answers under.
	DNSName string `json:"dns_name"`
	// State is active, provisioning, active_impaired or failed.
	State string `json:"state"`
	// AddressType is ipv4, dualstack or dualstack-without-public-ipv4.
	AddressType string `json:"address_type"`
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
	// Zones are the availability zones it stands in.
	Zones []string `json:"zones"`
	// SecurityGroups are the ids of its firewalls; empty lets everything through.
	SecurityGroups []string `json:"security_groups"`
	// Attributes are its switches.
	Attributes Attributes `json:"attributes"`
	// WebACL is the ARN of the web firewall of WAF before it; empty when there is
	// none, and for the kinds that cannot have one.
	WebACL string `json:"web_acl"`

	batch *tagBatch
}

// Attributes are the switches of a load balancer. Those that its kind does not have
// are false, empty or 0.
type Attributes struct {
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// AccessLogs is whether requests are written down; on network load balancers
	// only those under TLS.
	AccessLogs bool `json:"access_logs"`
	// AccessLogBucket is the name of the bucket; empty when they are off.
	AccessLogBucket string `json:"access_log_bucket"`
	// ConnectionLogs is whether connections are written down.
	ConnectionLogs bool `json:"connection_logs"`
	// CrossZone is whether it spreads traffic over all zones evenly.
	CrossZone bool `json:"cross_zone"`
	// DropsInvalidHeaders is whether headers with invalid names are removed.
	DropsInvalidHeaders bool `json:"drops_invalid_headers"`
	// DesyncMode is what it does with requests that others may read differently:
	// monitor, defensive or strictest.
	DesyncMode string `json:"desync_mode"`
	// WAFFailOpen is whether requests pass unexamined when WAF does not answer.
	WAFFailOpen bool `json:"waf_fail_open"`
	// ZonalShift is whether traffic can be moved out of a broken zone.
	ZonalShift bool `json:"zonal_shift"`
	// IdleTimeoutSeconds is after how long a silent connection ends.
	IdleTimeoutSeconds int `json:"idle_timeout_seconds"`
}

var loadBalancer = source.Type[*aws.Session, LoadBalancer]{
	Name:     "aws_lb",
	Service:  "elbv2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeLoadBalancers", Permission: "elasticloadbalancing:DescribeLoadBalancers"},
		{Op: "DescribeLoadBalancerAttributes", Permission: "elasticloadbalancing:DescribeLoadBalancerAttributes", Fills: []string{"attributes"}},
		{Op: "ListWebACLs", Permission: "wafv2:ListWebACLs", Fills: []string{"web_acl"}},
		{Op: "ListResourcesForWebACL", Permission: "wafv2:ListResourcesForWebACL", Fills: []string{"web_acl"}},
		{Op: "DescribeTags", Permission: "elasticloadbalancing:DescribeTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "SetSecurityGroups", "SetSubnets",
		"SetIpAddressType", "AssociateWebACL", "DisassociateWebACL", "AddTags", "RemoveTags",
	},
	Gone:   []string{"LoadBalancerNotFound"},
	List:   listLoadBalancers,
	Detail: readLoadBalancer,
	Facets: func(d *source.Draft[LoadBalancer]) {
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(d.Config.InternetFacing), AllowedRanges: []string{}, Ports: []int{}})
		d.Offer(facet.Logging{Enabled: d.Tri("attributes", d.Config.Attributes.AccessLogs), Target: d.Config.Attributes.AccessLogBucket})
	},
}

func listLoadBalancers(ctx context.Context, s *aws.Session, found func(*source.Draft[LoadBalancer])) error {
	all, err := loadBalancers(ctx, s)
	if err != nil {
		return err
	}
	arns := make([]string, len(all))
	for i, lb := range all {
		arns[i] = aws.Value(lb.LoadBalancerArn)
	}
	for i, batch := range inBatches(arns) {
		d := draftLoadBalancer(s, all[i])
		d.Config.batch = batch
		found(d)
	}
	return nil
}

func draftLoadBalancer(s *aws.Session, lb types.LoadBalancer) *source.Draft[LoadBalancer] {
	d := &source.Draft[LoadBalancer]{ID: aws.Value(lb.LoadBalancerArn), Name: aws.Value(lb.LoadBalancerName), Created: aws.Value(lb.CreatedTime).In(time.UTC)}
	d.Config = LoadBalancer{
		Kind: string(lb.Type), InternetFacing: lb.Scheme == types.LoadBalancerSchemeEnumInternetFacing, DNSName: aws.Value(lb.DNSName),
		AddressType: string(lb.IpAddressType), VPC: aws.Value(lb.VpcId), Subnets: []string{}, Zones: []string{},
		SecurityGroups: append([]string{}, lb.SecurityGroups...),
	}
	if lb.State != nil {
		d.Config.State = string(lb.State.Code)
	}
	for _, z := range lb.AvailabilityZones {
		d.Config.Zones = append(d.Config.Zones, aws.Value(z.ZoneName))
		if subnet := aws.Value(z.SubnetId); subnet != "" {
			d.Config.Subnets = append(d.Config.Subnets, subnet)
			d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+subnet))
		}
		for _, a := range z.LoadBalancerAddresses {
			if id := aws.Value(a.AllocationId); id != "" {
				d.Relate(estate.Contains, s.ARN("ec2", "elastic-ip/"+id))
			}
		}
	}
	for _, g := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
	}
	if d.Config.VPC != "" {
		d.Relate(estate.MemberOf, s.ARN("ec2", "vpc/"+d.Config.VPC))
	}
	return d
}
