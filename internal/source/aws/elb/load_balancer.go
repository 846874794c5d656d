package elb

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// LoadBalancer is a Classic Load Balancer.
type LoadBalancer struct {
	// InternetFacing is whether its name resolves to addresses on the internet.
	InternetFacing bool `json:"internet_facing"`
	// DNSName is the name it answers under.
	DNSName string `json:"dns_name"`
	// VPC is the id of its network; empty outside of one.
	VPC string `json:"vpc"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
	// Zones are the availability zones it sends traffic to.
	Zones []string `json:"zones"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Instances are the ids of the machines behind it.
	Instances []string `json:"instances"`
	// Listeners are what it listens on.
	Listeners []Listener `json:"listeners"`
	// HealthCheckTarget is how machines are tried, such as HTTPS:443/health.
	HealthCheckTarget string `json:"health_check_target"`
	// TLSPolicies are the policies that say which TLS its listeners speak.
	TLSPolicies []TLSPolicy `json:"tls_policies"`
	// Attributes are its switches.
	Attributes Attributes `json:"attributes"`

	batch *tagBatch
}

// Listener is a port that the load balancer listens on.
type Listener struct {
	// Port is where clients connect.
	Port int `json:"port"`
	// Protocol is HTTP, HTTPS, TCP or SSL.
	Protocol string `json:"protocol"`
	// InstancePort is the port on the machines.
	InstancePort int `json:"instance_port"`
	// InstanceProtocol is how it speaks to the machines: HTTP, HTTPS, TCP or SSL.
	InstanceProtocol string `json:"instance_protocol"`
	// Certificate is the ARN of the certificate, in ACM or IAM; empty without TLS.
	Certificate string `json:"certificate"`
	// Policies are the names of the policies on the listener.
	Policies []string `json:"policies"`
}

// TLSPolicy says which TLS a listener speaks.
type TLSPolicy struct {
	// Name is the name by which listeners use it.
	Name string `json:"name"`
	// Reference is the policy of AWS that it follows, such as
	// ELBSecurityPolicy-TLS-1-2-2017-01; empty when it was put together by hand.
	Reference string `json:"reference"`
	// Versions are the protocol versions it allows, such as Protocol-TLSv1.2.
	Versions []string `json:"versions"`
	// WeakCiphers are the ciphers it allows that are broken: RC4, DES, 3DES, export
	// grade, without authentication or without encryption.
	WeakCiphers []string `json:"weak_ciphers"`
}

// Attributes are the switches of a load balancer.
type Attributes struct {
	// AccessLogs is whether requests are written down.
	AccessLogs bool `json:"access_logs"`
	// AccessLogBucket is the name of the bucket; empty when they are off.
	AccessLogBucket string `json:"access_log_bucket"`
	// CrossZone is whether it spreads traffic over all zones evenly.
	CrossZone bool `json:"cross_zone"`
	// ConnectionDraining is whether open connections may end before a machine goes.
	ConnectionDraining bool `json:"connection_draining"`
	// DesyncMode is what it does with requests that others may read differently:
	// monitor, defensive or strictest.
	DesyncMode string `json:"desync_mode"`
	// IdleTimeoutSeconds is after how long a silent connection ends.
	IdleTimeoutSeconds int `json:"idle_timeout_seconds"`
}

var loadBalancer = source.Type[*aws.Session, LoadBalancer]{
	Name:     "aws_elb",
	Service:  "elb",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeLoadBalancers", Permission: "elasticloadbalancing:DescribeLoadBalancers"},
		{Op: "DescribeLoadBalancerAttributes", Permission: "elasticloadbalancing:DescribeLoadBalancerAttributes", Fills: []string{"attributes"}},
		{Op: "DescribeLoadBalancerPolicies", Permission: "elasticloadbalancing:DescribeLoadBalancerPolicies", Fills: []string{"tls_policies"}},
		{Op: "DescribeTags", Permission: "elasticloadbalancing:DescribeTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateLoadBalancer", "DeleteLoadBalancer", "ModifyLoadBalancerAttributes", "CreateLoadBalancerListeners",
		"DeleteLoadBalancerListeners", "SetLoadBalancerPoliciesOfListener", "SetLoadBalancerListenerSSLCertificate",
		"ApplySecurityGroupsToLoadBalancer", "AttachLoadBalancerToSubnets", "DetachLoadBalancerFromSubnets",
		"RegisterInstancesWithLoadBalancer", "DeregisterInstancesFromLoadBalancer", "ConfigureHealthCheck",
	},
	Gone:   []string{notFound},
	List:   listLoadBalancers,
	Detail: readLoadBalancer,
	Facets: loadBalancerFacets,
}

func listLoadBalancers(ctx context.Context, s *aws.Session, found func(*source.Draft[LoadBalancer])) error {
	size := int32(400)
	pages := sdk.NewDescribeLoadBalancersPaginator(client(s), &sdk.DescribeLoadBalancersInput{PageSize: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		var drafts []*source.Draft[LoadBalancer]
		for i, lb := range page.LoadBalancerDescriptions {
			d := draftLoadBalancer(s, lb)
			if i%mostTagged == 0 {
				d.Config.batch = &tagBatch{}
			} else {
				d.Config.batch = drafts[i-1].Config.batch
			}
			d.Config.batch.names = append(d.Config.batch.names, d.Name)
			drafts = append(drafts, d)
		}
		for _, d := range drafts {
			found(d)
		}
	}
	return nil
}

func draftLoadBalancer(s *aws.Session, lb types.LoadBalancerDescription) *source.Draft[LoadBalancer] {
	name := aws.Value(lb.LoadBalancerName)
	d := &source.Draft[LoadBalancer]{ID: s.ARN("elasticloadbalancing", "loadbalancer/"+name), Name: name, Created: aws.Value(lb.CreatedTime).In(time.UTC)}
	d.Config = LoadBalancer{
		InternetFacing: aws.Value(lb.Scheme) != "internal", DNSName: aws.Value(lb.DNSName), VPC: aws.Value(lb.VPCId),
		Subnets: append([]string{}, lb.Subnets...), Zones: append([]string{}, lb.AvailabilityZones...),
		SecurityGroups: append([]string{}, lb.SecurityGroups...), Instances: []string{}, Listeners: []Listener{}, TLSPolicies: []TLSPolicy{},
	}
	c := &d.Config
	if lb.HealthCheck != nil {
		c.HealthCheckTarget = aws.Value(lb.HealthCheck.Target)
	}
	for _, i := range lb.Instances {
		c.Instances = append(c.Instances, aws.Value(i.InstanceId))
		d.Relate(estate.RoutesTo, s.ARN("ec2", "instance/"+aws.Value(i.InstanceId)))
	}
	for _, l := range lb.ListenerDescriptions {
		c.Listeners = append(c.Listeners, listener(l))
	}
	for _, g := range c.SecurityGroups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
	}
	for _, n := range c.Subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+n))
	}
	if c.VPC != "" {
		d.Relate(estate.MemberOf, s.ARN("ec2", "vpc/"+c.VPC))
	}
	return d
}

func listener(l types.ListenerDescription) Listener {
	out := Listener{Policies: append([]string{}, l.PolicyNames...)}
	if l.Listener != nil {
		out.Port, out.Protocol = int(l.Listener.LoadBalancerPort), aws.Value(l.Listener.Protocol)
		out.InstancePort, out.InstanceProtocol = int(aws.Value(l.Listener.InstancePort)), aws.Value(l.Listener.InstanceProtocol)
		out.Certificate = aws.Value(l.Listener.SSLCertificateId)
	}
	return out
}

func loadBalancerFacets(d *source.Draft[LoadBalancer]) {
	ports := make([]int, 0, len(d.Config.Listeners))
	for _, l := range d.Config.Listeners {
		ports = append(ports, l.Port)
	}
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(d.Config.InternetFacing), AllowedRanges: []string{}, Ports: ports})
	d.Offer(facet.Logging{Enabled: d.Tri("attributes", d.Config.Attributes.AccessLogs), Target: d.Config.Attributes.AccessLogBucket})
}
