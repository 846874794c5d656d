package bench

import (
	"fmt"
	"strconv"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
	"github.com/stance-sec/stance/internal/source/aws/rds"
	"github.com/stance-sec/stance/internal/store/run"
)

// A region of an account has one network of four subnets, of which the first two lead to
// the internet.
const (
	subnets       = 4
	publicSubnets = 2
)

func (p *place) vpc() string { return p.id("vpc-", "aws_vpc", 0) }

func (p *place) subnet(n int) string { return p.id("subnet-", "aws_subnet", n) }

// firewalls are the ids of some security groups of the place.
func (p *place) firewalls(count int) []string {
	list := make([]string, count)
	for i := range list {
		list[i] = p.id("sg-", "aws_security_group", p.some("aws_security_group"))
	}
	return list
}

// host is how an instance stands in its network.
type host struct {
	subnet, private string
	public, groups  []string
}

// host returns how the n-th instance stands. One in twenty has an address on the internet.
func (p *place) host(n int) host {
	bits := p.estate.hash(p.account, p.region, "host", strconv.Itoa(n))
	h := host{subnet: p.subnet(publicSubnets + int(bits>>8&1)), private: fmt.Sprintf("10.0.%d.%d", n>>8&255, n&255), public: []string{}}
	if bits>>16%20 == 0 {
		h.subnet, h.public = p.subnet(int(bits>>8&1)), []string{fmt.Sprintf("198.51.%d.%d", bits>>24&255, bits>>32&255)}
	}
	groups := uint64(max(1, p.estate.count(p.number, p.region, "aws_security_group")))
	for _, shift := range []int{20, 40} {
		h.groups = append(h.groups, p.id("sg-", "aws_security_group", int(bits>>shift%groups)))
	}
	return h
}

func (e Estate) writeNetwork(w *run.Writer, account int, region string) error {
	for _, one := range []struct {
		kind  string
		count int
		make  maker
	}{
		{"aws_vpc", 1, makeVPC},
		{"aws_subnet", subnets, makeSubnet},
		{"aws_route_table", 2, makeRouteTable},
		{"aws_internet_gateway", 1, makeGateway},
		{"aws_network_acl", 1, makeACL},
		{"aws_network_interface", e.count(account, region, "aws_instance"), makeInterface},
		{"aws_db_subnet_group", 2, makeSubnetGroup},
	} {
		if err := e.writeScope(w, account, region, one.kind, one.count, one.make); err != nil {
			return err
		}
	}
	return nil
}

func makeVPC(p *place, _ int) *estate.Resource {
	id := p.vpc()
	return p.resource(p.arn("ec2", "vpc/"+id), id, ec2.VPC{CIDRs: []string{"10.0.0.0/16"}, IPv6CIDRs: []string{}, Tenancy: "default", InternetBlock: "off", InUse: true, FlowLogs: []ec2.FlowLogRef{}})
}

func makeSubnet(p *place, n int) *estate.Resource {
	config := ec2.Subnet{
		VPC: p.vpc(), Zone: p.region + string(rune('a'+n%2)), CIDR: fmt.Sprintf("10.0.%d.0/18", 64*n), IPv6CIDRs: []string{},
		AssignsPublicIPv4: n < publicSubnets, InternetBlock: "off", FreeAddresses: 1000,
	}
	r := p.resource(p.arn("ec2", "subnet/"+p.subnet(n)), p.subnet(n), config)
	r.Relations = []estate.Relation{{Kind: estate.MemberOf, Target: p.arn("ec2", "vpc/"+config.VPC)}}
	return r
}

// makeRouteTable makes the main table, which leads nowhere, and that of the public subnets.
func makeRouteTable(p *place, n int) *estate.Resource {
	id := p.id("rtb-", "aws_route_table", n)
	config := ec2.RouteTable{
		VPC: p.vpc(), Main: n == 0, Subnets: []string{}, Gateways: []string{},
		Routes: []ec2.Route{{Destination: "10.0.0.0/16", Target: "local", Kind: "local", Active: true}},
	}
	if n > 0 {
		config.Subnets = []string{p.subnet(0), p.subnet(1)}
		config.Routes = append(config.Routes, ec2.Route{Destination: "0.0.0.0/0", Target: p.id("igw-", "aws_internet_gateway", 0), Kind: "internet-gateway", Active: true})
	}
	r := p.resource(p.arn("ec2", "route-table/"+id), id, config)
	r.Relations = []estate.Relation{{Kind: estate.MemberOf, Target: p.arn("ec2", "vpc/"+config.VPC)}}
	return r
}

func makeGateway(p *place, n int) *estate.Resource {
	id := p.id("igw-", "aws_internet_gateway", n)
	return p.resource(p.arn("ec2", "internet-gateway/"+id), id, ec2.InternetGateway{VPCs: []string{p.vpc()}})
}

func makeACL(p *place, n int) *estate.Resource {
	id, all := p.id("acl-", "aws_network_acl", n), []string{}
	for i := range subnets {
		all = append(all, p.subnet(i))
	}
	open := []facet.Rule{{Action: "allow", Protocol: "all", ToPort: 65535, CIDRs: []string{"0.0.0.0/0"}, Priority: 100}}
	return p.resource(p.arn("ec2", "network-acl/"+id), id, ec2.NetworkACL{VPC: p.vpc(), Default: true, Subnets: all, Ingress: open, Egress: open})
}

// makeInterface makes the interface of the n-th instance.
func makeInterface(p *place, n int) *estate.Resource {
	id, host := p.id("eni-", "aws_network_interface", n), p.host(n)
	config := ec2.NetworkInterface{
		Kind: "interface", Attached: true, Instance: p.id("i-", "aws_instance", n), AttachmentOwner: p.account, VPC: p.vpc(), Subnet: host.subnet,
		SecurityGroups: host.groups, PrivateAddresses: []string{host.private}, PublicAddresses: host.public, IPv6Addresses: []string{}, SourceDestCheck: true,
	}
	r := p.resource(p.arn("ec2", "network-interface/"+id), id, config)
	r.Relations = []estate.Relation{{Kind: estate.AttachedTo, Target: p.arn("ec2", "instance/"+config.Instance)}, {Kind: estate.MemberOf, Target: p.arn("ec2", "subnet/"+config.Subnet)}}
	return r
}

func makeSubnetGroup(p *place, n int) *estate.Resource {
	name := []string{"private", "public"}[n]
	of := []string{p.subnet(2), p.subnet(3)}
	if name == "public" {
		of = []string{p.subnet(0), p.subnet(1)}
	}
	return p.resource(p.arn("rds", "subgrp:"+name), name, rds.SubnetGroup{Description: name, VPC: p.vpc(), Subnets: of, Zones: []string{p.region + "a", p.region + "b"}})
}
