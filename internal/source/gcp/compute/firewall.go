package compute

import (
	"context"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/gcp"
)

// Firewall is a firewall rule of a VPC network.
type Firewall struct {
	// Network is the network it belongs to.
	Network string `json:"network"`
	// Enabled is whether it counts.
	Enabled bool `json:"enabled"`
	// Ingress is what it lets in or refuses; empty for rules about what goes out.
	Ingress []facet.Rule `json:"ingress"`
	// Egress is what it lets out or refuses; empty for rules about what comes in.
	Egress []facet.Rule `json:"egress"`
	// TargetTags are the tags of the instances it stands before; empty with no target
	// service accounts means every instance of the network.
	TargetTags []string `json:"target_tags"`
	// TargetServiceAccounts are the identities of the instances it stands before.
	TargetServiceAccounts []string `json:"target_service_accounts"`
	// Logging is whether its decisions are written down.
	Logging bool `json:"logging"`
}

type protocolPorts struct {
	Protocol string   `json:"IPProtocol"`
	Ports    []string `json:"ports"`
}

type firewallData struct {
	Name                  string          `json:"name"`
	Network               string          `json:"network"`
	Direction             string          `json:"direction"`
	Priority              int             `json:"priority"`
	Disabled              bool            `json:"disabled"`
	SourceRanges          []string        `json:"sourceRanges"`
	SourceTags            []string        `json:"sourceTags"`
	SourceServiceAccounts []string        `json:"sourceServiceAccounts"`
	DestinationRanges     []string        `json:"destinationRanges"`
	Allowed               []protocolPorts `json:"allowed"`
	Denied                []protocolPorts `json:"denied"`
	TargetTags            []string        `json:"targetTags"`
	TargetServiceAccounts []string        `json:"targetServiceAccounts"`
	LogConfig             struct {
		Enable bool `json:"enable"`
	} `json:"logConfig"`
}

var firewall = source.Type[*gcp.Session, Firewall]{
	Name:     "google_compute_firewall",
	Service:  "compute",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "ListAssets", Permission: "cloudasset.assets.listResource"}},
	Refresh:  []string{"v1.compute.firewalls.insert", "v1.compute.firewalls.patch", "v1.compute.firewalls.update", "v1.compute.firewalls.delete"},
	List:     listFirewalls,
	Facets: func(d *source.Draft[Firewall]) {
		f := facet.NetworkRules{Ingress: []facet.Rule{}, Egress: []facet.Rule{}}
		if d.Config.Enabled {
			f.Ingress, f.Egress = d.Config.Ingress, d.Config.Egress
		}
		d.Offer(f)
	},
}

func listFirewalls(ctx context.Context, s *gcp.Session, found func(*source.Draft[Firewall])) error {
	return gcp.Assets(ctx, s, "compute.googleapis.com/Firewall", func(a gcp.Asset[firewallData]) error {
		f := a.Data
		d := gcp.Draft(a, Firewall{
			Network: f.Network, Enabled: !f.Disabled, Ingress: []facet.Rule{}, Egress: []facet.Rule{},
			TargetTags: f.TargetTags, TargetServiceAccounts: f.TargetServiceAccounts, Logging: f.LogConfig.Enable,
		})
		d.Name, d.Region = f.Name, "global"
		if strings.EqualFold(f.Direction, "EGRESS") {
			d.Config.Egress = rules(f, f.DestinationRanges)
		} else {
			d.Config.Ingress = rules(f, f.SourceRanges)
		}
		d.Relate(estate.MemberOf, f.Network)
		found(d)
		return nil
	})
}

// rules returns a neutral rule per protocol and port range. A rule that names no peer
// at all is about everyone ("VPC firewall rules").
func rules(f firewallData, ranges []string) []facet.Rule {
	base := facet.Rule{Priority: f.Priority, CIDRs: ranges, Groups: append(append([]string{}, f.SourceTags...), f.SourceServiceAccounts...), Description: f.Name}
	if len(base.CIDRs) == 0 && len(base.Groups) == 0 {
		base.CIDRs = []string{"0.0.0.0/0"}
	}
	out := []facet.Rule{}
	for action, list := range map[string][]protocolPorts{"allow": f.Allowed, "deny": f.Denied} {
		for _, p := range list {
			rule := base
			rule.Action, rule.Protocol = action, strings.ToLower(p.Protocol)
			out = append(out, withPorts(rule, p.Ports)...)
		}
	}
	return out
}

func withPorts(rule facet.Rule, ports []string) []facet.Rule {
	if len(ports) == 0 {
		rule.FromPort, rule.ToPort = 0, 65535
		return []facet.Rule{rule}
	}
	var out []facet.Rule
	for _, text := range ports {
		first, last, ranged := strings.Cut(text, "-")
		if !ranged {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil {
			from, to = 0, 65535
		}
		rule.FromPort, rule.ToPort = from, to
		out = append(out, rule)
	}
	return out
}
