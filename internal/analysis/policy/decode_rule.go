package policy

import (
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate/facet"
)

// ruleOf decodes a firewall rule without encoding/json: rules are the longest lists
// there are, and every port is asked for. What is unknown of it goes in as package
// network wants it: no protocol, an action that is none, ports that are none, a list
// without content.
func ruleOf(o *object) facet.Rule {
	if o.doc.run.tracker != nil {
		o.doc.run.tracker.container(o, o.node)
	}
	if r, ok := o.native.(*facet.Rule); ok {
		return *r
	}
	r := decodeRule(o.node)
	if o.mask != nil {
		obscure(&r, o.mask)
	}
	o.native = &r
	return r
}

func decodeRule(v *fastjson.Value) facet.Rule {
	if v == nil {
		return facet.Rule{}
	}
	r := facet.Rule{
		Action: text(v.GetStringBytes("action")), Priority: v.GetInt("priority"), Protocol: text(v.GetStringBytes("protocol")),
		FromPort: v.GetInt("from_port"), ToPort: v.GetInt("to_port"),
		CIDRs: textList(v.Get("cidrs")), Groups: textList(v.Get("groups")), Description: text(v.GetStringBytes("description")),
	}
	for _, p := range v.GetArray("prefix_lists") {
		r.PrefixLists = append(r.PrefixLists, facet.PrefixList{ID: text(p.GetStringBytes("id")), CIDRs: textList(p.Get("cidrs"))})
	}
	return r
}

// textList keeps null apart from an empty list.
func textList(v *fastjson.Value) []string {
	if v == nil || v.Type() != fastjson.TypeArray {
		return nil
	}
	out := make([]string, 0, len(v.GetArray()))
	for _, e := range v.GetArray() {
		out = append(out, text(e.GetStringBytes()))
	}
	return out
}

func obscure(r *facet.Rule, m *mask) {
	for _, f := range []string{"action", "priority"} {
		if m.child(f).any() != nil {
			r.Action = "unknown"
		}
	}
	if m.child("protocol").any() != nil {
		r.Protocol = ""
	}
	for _, f := range []string{"from_port", "to_port"} {
		if m.child(f).any() != nil {
			r.FromPort, r.ToPort = noPorts()
		}
	}
	for _, f := range []string{"cidrs", "groups", "prefix_lists"} {
		if m.child(f).any() != nil {
			r.PrefixLists = append(r.PrefixLists, facet.PrefixList{ID: "unknown"})
		}
	}
}

// unknownRule is a rule of which nothing is known.
func unknownRule() facet.Rule {
	from, to := noPorts()
	return facet.Rule{Action: "unknown", FromPort: from, ToPort: to, PrefixLists: []facet.PrefixList{{ID: "unknown"}}}
}

// noPorts is a range that cannot be one.
func noPorts() (from, to int) { return -1, 0 }
