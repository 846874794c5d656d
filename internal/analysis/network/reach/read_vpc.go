package reach

import (
	"net/netip"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/estate"
)

func readSubnet(l line, f *facts) func() {
	ref := l.ref()
	ranges := append([]string{}, l.list("ipv6_cidrs")...)
	if cidr := l.text("cidr"); cidr != "" {
		ranges = append(ranges, cidr)
	}
	return keep(f.subnets, ref.ID, &subnetFact{ref: ref, vpc: l.text("vpc"), ranges: setOf(ranges), block: l.text("internet_block")})
}

func readVPC(l line, f *facts) func() {
	ref := l.ref()
	ranges := append(append([]string{}, l.list("cidrs")...), l.list("ipv6_cidrs")...)
	return keep(f.vpcs, ref.ID, &vpcFact{ref: ref, ranges: setOf(ranges), block: l.text("internet_block")})
}

// setOf reads ranges that AWS itself gave out; what is no range is left out.
func setOf(ranges []string) network.Set {
	set, err := network.ParseSet(ranges)
	if err != nil {
		return set
	}
	return set
}

func readBlock(l line, f *facts) func() {
	ref := l.ref()
	return keep(f.blocks, ref.ID, &blockFact{ref: ref, mode: l.text("mode"), gaps: l.gaps(ref.ID, "mode")})
}

func readTable(l line, f *facts) func() {
	ref := l.ref()
	t := &tableFact{ref: ref, vpc: l.text("vpc"), main: l.flag("main"), subnets: l.list("subnets"), gateways: l.list("gateways")}
	for _, r := range l.config.GetArray("routes") {
		t.routes = append(t.routes, route{
			destination: l.b.own(r.GetStringBytes("destination")), target: l.b.own(r.GetStringBytes("target")),
			kind: l.b.own(r.GetStringBytes("kind")), active: r.GetBool("active"), propagated: r.GetBool("propagated"),
		})
	}
	return keep(f.tables, ref.ID, t)
}

func readACL(l line, f *facts) func() {
	ref := l.ref()
	a := &aclFact{
		ref: ref, vpc: l.text("vpc"), standard: l.flag("default"), subnets: l.list("subnets"),
		in: l.rules("ingress"), out: l.rules("egress"), gaps: l.ruleGaps(ref.ID),
	}
	return keep(f.acls, ref.ID, a)
}

func readGroup(l line, f *facts) func() {
	ref := l.ref()
	g := &groupFact{ref: ref, vpc: l.text("vpc"), in: l.rules("ingress"), out: l.rules("egress"), gaps: l.ruleGaps(ref.ID)}
	return keep(f.groups, ref.ID, g)
}

// ruleGaps returns why the rules are not there; a single range of one that is not
// known is a doubt of that rule.
func (l line) ruleGaps(id string) []estate.Unknown {
	gaps := l.gaps(id, "ingress", "egress")
	for _, path := range []string{"ingress", "egress"} {
		if v := l.config.Get(path); v == nil || v.Type() != fastjson.TypeArray {
			gaps = append(gaps, estate.Unknown{Path: id + "#" + path, Reason: estate.Malformed, Detail: "there is no list of rules"})
		}
	}
	return gaps
}

func readInterface(l line, f *facts) func() {
	ref := l.ref()
	i := &interfaceFact{
		ref: ref, attached: l.flag("attached"), instance: l.text("instance"),
		place:   place{vpc: l.text("vpc"), subnet: l.text("subnet"), groups: l.guards("security_groups")},
		private: l.addresses("private_addresses"), public: l.addresses("public_addresses"), six: l.addresses("ipv6_addresses"),
	}
	i.role = roleOf(string(l.config.GetStringBytes("kind")), string(l.config.GetStringBytes("description")), l.flag("service_managed"))
	return keep(f.interfaces, ref.ID, i)
}

func (l line) addresses(path string) []netip.Addr {
	var list []netip.Addr
	for _, v := range l.config.GetArray(path) {
		text, err := v.StringBytes()
		if err != nil {
			continue
		}
		if ip, err := netip.ParseAddr(string(text)); err == nil {
			list = append(list, ip.Unmap().WithZone(""))
		}
	}
	return list
}

// role is what an interface is for.
type role uint8

const (
	// host interfaces take connections from whoever the layers let through.
	host role = iota
	// outward interfaces only open connections of their own.
	outward
	// fronted interfaces belong to a service that is looked at as a whole.
	fronted
)

// roleOf tells the role. A description counts only where AWS wrote it.
func roleOf(kind, description string, managed bool) role {
	switch strings.ToLower(strings.ReplaceAll(kind, "_", "")) {
	case "natgateway", "lambda", "transitgateway", "ec2instanceconnectendpoint":
		return outward
	case "networkloadbalancer", "loadbalancer", "gatewayloadbalancer", "gatewayloadbalancerendpoint", "apigatewaymanaged", "globalacceleratormanaged":
		return fronted
	}
	if !managed {
		return host
	}
	for _, prefix := range []string{"ELB ", "RDSNetworkInterface", "RedshiftNetworkInterface"} {
		if strings.HasPrefix(description, prefix) {
			return fronted
		}
	}
	return host
}

func readInstance(l line, f *facts) func() {
	ref := l.ref()
	i := &instanceFact{
		ref: ref, state: l.text("state"), interfaces: l.list("interfaces"),
		place:  place{vpc: l.text("vpc"), subnet: l.text("subnet"), groups: l.guards("security_groups")},
		public: l.addresses("public_addresses"), six: l.addresses("ipv6_addresses"),
	}
	return keep(f.instances, ref.ID, i)
}

func readGateway(l line, f *facts) func() {
	ref := l.ref()
	return keep(f.gateways, ref.ID, &gatewayFact{ref: ref, vpcs: l.list("vpcs")})
}

func readList(l line, f *facts) func() {
	ref := l.ref()
	list := &listFact{ref: ref, list: l.text("list_id"), ranges: l.list("cidrs"), gaps: l.gaps(ref.ID, "cidrs")}
	return keep(f.lists, ref.ID, list)
}

func readEndpoint(l line, f *facts) func() {
	ref := l.ref()
	e := &endpointFact{
		ref: ref, kind: l.text("kind"), service: l.text("service_name"), state: l.text("state"), vpc: l.text("vpc"),
		subnets: l.list("subnets"), groups: l.guards("security_groups"),
	}
	return keep(f.endpoints, ref.ID, e)
}

func readPeering(l line, f *facts) func() {
	ref := l.ref()
	p := &peeringFact{ref: ref, state: l.text("state")}
	for i, side := range []string{"requester", "accepter"} {
		p.sides[i] = key{l.text(side, "vpc_region"), l.text(side, "vpc")}
	}
	return keep(f.peerings, ref.ID, p)
}

func readAttachment(l line, f *facts) func() {
	ref := l.ref()
	a := &attachmentFact{
		ref: ref, state: l.text("state"), gateway: l.text("gateway"), owner: l.text("gateway_account"), kind: l.text("kind"),
		attached: l.text("attached"), table: l.text("route_table"),
	}
	return keep(f.attachments, ref.ID, a)
}

func readTransit(l line, f *facts) func() {
	ref := l.ref()
	return keep(f.transits, ref.ID, &transitFact{ref: ref, sharesGroups: l.flag("shares_security_groups")})
}
