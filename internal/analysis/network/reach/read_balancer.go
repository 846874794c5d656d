package reach

import (
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

func readBalancer(l line, f *facts) func() {
	ref := l.ref()
	address := l.text("address_type")
	b := &balancerFact{
		ref: ref, kind: l.text("kind"), public: l.flag("internet_facing"), state: l.text("state"), dns: strings.ToLower(l.text("dns_name")),
		four: address != "dualstack-without-public-ipv4", six: strings.HasPrefix(address, "dualstack"),
		vpc: l.text("vpc"), subnets: l.list("subnets"), groups: l.guards("security_groups"),
	}
	return keep(f.balancers, ref.ID, b)
}

func readClassic(l line, f *facts) func() {
	ref := l.ref()
	b := &balancerFact{
		ref: ref, kind: "classic", public: l.flag("internet_facing"), four: true, dns: strings.ToLower(l.text("dns_name")),
		vpc: l.text("vpc"), subnets: l.list("subnets"), groups: l.guards("security_groups"), machines: l.list("instances"),
	}
	for _, e := range l.config.GetArray("listeners") {
		b.listeners = append(b.listeners, listen{id: ref.ID, protocol: "tcp", port: e.GetInt("port"), to: e.GetInt("instance_port")})
	}
	return keep(f.balancers, ref.ID, b)
}

func readListener(l line, f *facts) func() {
	ref := l.ref()
	protocol := l.text("protocol")
	i := &listenerFact{ref: ref, balancer: l.text("load_balancer"), listen: listen{id: ref.ID, protocol: transport(protocol), port: l.number("port")}}
	i.targets = actionTargets(l, l.config.GetArray("actions"))
	for _, r := range l.config.GetArray("rules") {
		i.targets = append(i.targets, actionTargets(l, r.GetArray("actions"))...)
	}
	slices.Sort(i.targets)
	i.targets = slices.Compact(i.targets)
	_, denied := l.missing(ref.ID, "rules")
	i.unread = denied || protocol == "HTTPS"
	return keep(f.listeners, ref.ID, i)
}

func actionTargets(l line, actions []*fastjson.Value) []string {
	var list []string
	for _, a := range actions {
		list = append(list, l.b.texts(a.GetArray("target_groups"))...)
	}
	return list
}

// transport names what carries a listener's protocol: tcp, udp, or both.
func transport(protocol string) string {
	switch protocol {
	case "UDP", "QUIC":
		return "udp"
	case "TCP_UDP", "TCP_QUIC":
		return "both"
	}
	return "tcp"
}

func readTargetGroup(l line, f *facts) func() {
	ref := l.ref()
	t := &targetFact{
		ref: ref, kind: l.text("target_kind"), protocol: transport(l.text("protocol")), port: l.number("port"), vpc: l.text("vpc"),
		balancers: l.list("load_balancers"),
	}
	if v := l.config.Get("preserves_client_address"); v != nil && (v.Type() == fastjson.TypeTrue || v.Type() == fastjson.TypeFalse) {
		t.preserves = estate.TriOf(v.Type() == fastjson.TypeTrue)
	}
	if entries := l.config.Get("targets"); entries != nil && entries.Type() == fastjson.TypeArray {
		t.complete = true
		for _, e := range entries.GetArray() {
			t.members = append(t.members, l.b.own(e.GetStringBytes("id")))
		}
	}
	return keep(f.targets, ref.ID, t)
}

func readScalingGroup(l line, f *facts) func() {
	ref := l.ref()
	t := &targetFact{ref: ref, members: l.list("instances"), fills: l.list("target_groups"), fillsClassic: l.list("load_balancers")}
	return keep(f.targets, ref.ID, t)
}
