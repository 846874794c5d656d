package network

import (
	"context"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/azure"
)

// SecurityGroup is a network security group: ordered rules, of which the first that
// matches decides.
type SecurityGroup struct {
	// Ingress are the rules for what comes in, the built-in ones included.
	Ingress []facet.Rule `json:"ingress"`
	// Egress are the rules for what goes out, the built-in ones included.
	Egress []facet.Rule `json:"egress"`
	// Interfaces are the ids of the network interfaces it stands before.
	Interfaces []string `json:"interfaces"`
	// Subnets are the ids of the subnets it stands before.
	Subnets []string `json:"subnets"`
}

// reference is how Azure names another resource.
type reference struct {
	ID string `json:"id"`
}

type groupProperties struct {
	Rules      []securityRule `json:"securityRules"`
	Defaults   []securityRule `json:"defaultSecurityRules"`
	Interfaces []reference    `json:"networkInterfaces"`
	Subnets    []reference    `json:"subnets"`
}

type securityRule struct {
	Name       string `json:"name"`
	Properties struct {
		Access              string      `json:"access"`
		Direction           string      `json:"direction"`
		Priority            int         `json:"priority"`
		Protocol            string      `json:"protocol"`
		Description         string      `json:"description"`
		SourcePrefix        string      `json:"sourceAddressPrefix"`
		SourcePrefixes      []string    `json:"sourceAddressPrefixes"`
		DestinationPort     string      `json:"destinationPortRange"`
		DestinationPorts    []string    `json:"destinationPortRanges"`
		DestinationPrefix   string      `json:"destinationAddressPrefix"`
		DestinationPrefixes []string    `json:"destinationAddressPrefixes"`
		SourceApplications  []reference `json:"sourceApplicationSecurityGroups"`
	} `json:"properties"`
}

var securityGroup = source.Type[*azure.Session, SecurityGroup]{
	Name:     "azurerm_network_security_group",
	Service:  "network",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "resources", Permission: "Microsoft.Network/networkSecurityGroups/read"}},
	Refresh:  []string{"Microsoft.Network/networkSecurityGroups/write", "Microsoft.Network/networkSecurityGroups/delete", "Microsoft.Network/networkSecurityGroups/securityRules/write"},
	List:     listSecurityGroups,
	Facets: func(d *source.Draft[SecurityGroup]) {
		d.Offer(facet.NetworkRules{Ingress: d.Config.Ingress, Egress: d.Config.Egress})
	},
}

func listSecurityGroups(ctx context.Context, s *azure.Session, found func(*source.Draft[SecurityGroup])) error {
	return azure.Rows(ctx, s, "resources", "type =~ 'microsoft.network/networksecuritygroups'", func(row azure.Row[groupProperties]) error {
		g := SecurityGroup{Ingress: []facet.Rule{}, Egress: []facet.Rule{}}
		for _, r := range append(row.Properties.Rules, row.Properties.Defaults...) {
			if strings.EqualFold(r.Properties.Direction, "Inbound") {
				g.Ingress = append(g.Ingress, neutral(r, r.peers())...)
			} else {
				g.Egress = append(g.Egress, neutral(r, r.targets())...)
			}
		}
		d := azure.Draft(row, g)
		for _, i := range row.Properties.Interfaces {
			d.Config.Interfaces = append(d.Config.Interfaces, i.ID)
			d.Relate(estate.AttachedTo, i.ID)
		}
		for _, n := range row.Properties.Subnets {
			d.Config.Subnets = append(d.Config.Subnets, n.ID)
			d.Relate(estate.AttachedTo, n.ID)
		}
		found(d)
		return nil
	})
}

func (r securityRule) peers() []string {
	return joined(r.Properties.SourcePrefix, r.Properties.SourcePrefixes)
}

func (r securityRule) targets() []string {
	return joined(r.Properties.DestinationPrefix, r.Properties.DestinationPrefixes)
}

func joined(one string, more []string) []string {
	if one == "" {
		return more
	}
	return append([]string{one}, more...)
}

// neutral returns one rule for each port range of r.
func neutral(r securityRule, peers []string) []facet.Rule {
	base := facet.Rule{Action: strings.ToLower(r.Properties.Access), Priority: r.Properties.Priority, Protocol: protocol(r.Properties.Protocol), Description: r.Name}
	for _, p := range peers {
		addPeer(&base, p)
	}
	for _, g := range r.Properties.SourceApplications {
		base.Groups = append(base.Groups, g.ID)
	}
	var rules []facet.Rule
	for _, ports := range joined(r.Properties.DestinationPort, r.Properties.DestinationPorts) {
		rule := base
		rule.FromPort, rule.ToPort = portRange(ports)
		rules = append(rules, rule)
	}
	return rules
}

// addPeer takes an address, a range, or a word for one. Service tags name networks of
// Azure or of the customer, never the internet, and stand as groups.
func addPeer(rule *facet.Rule, peer string) {
	switch {
	case peer == "*" || strings.EqualFold(peer, "Internet") || strings.EqualFold(peer, "Any"):
		rule.CIDRs = append(rule.CIDRs, "0.0.0.0/0", "::/0")
	case strings.EqualFold(peer, "VirtualNetwork"), strings.EqualFold(peer, "AzureLoadBalancer"):
		rule.Groups = append(rule.Groups, peer)
	case strings.ContainsAny(peer, ".:") && strings.Contains(peer, "/"):
		rule.CIDRs = append(rule.CIDRs, peer)
	case strings.Contains(peer, ":"):
		rule.CIDRs = append(rule.CIDRs, peer+"/128")
	case strings.Count(peer, ".") == 3:
		rule.CIDRs = append(rule.CIDRs, peer+"/32")
	default:
		rule.Groups = append(rule.Groups, peer)
	}
}

func protocol(p string) string {
	if p == "*" {
		return "all"
	}
	return strings.ToLower(p)
}

// portRange reads "*", "22" or "20-25". What is none of them counts as every port.
func portRange(text string) (from, to int) {
	if text == "*" {
		return 0, 65535
	}
	first, last, ranged := strings.Cut(text, "-")
	from, err := strconv.Atoi(first)
	if err != nil {
		return 0, 65535
	}
	if !ranged {
		return from, from
	}
	if to, err = strconv.Atoi(last); err != nil {
		return 0, 65535
	}
	return from, to
}
