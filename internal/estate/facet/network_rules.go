package facet

// NetworkRules is what filters traffic at one point: a security group, a
// network ACL, a network security group, a set of firewall rules.
type NetworkRules struct {
	// Ingress lists the rules for traffic towards the protected resource.
	// Empty means that nothing is let in.
	Ingress []Rule `json:"ingress"`
	// Egress lists the rules for traffic from the protected resource. Empty
	// means that nothing is let out.
	Egress []Rule `json:"egress"`
}

// Rule is one entry of a rule set. Among rules that match, the lowest
// Priority decides, and at equal priority a deny wins. What no rule matches is
// denied: a source adds its cloud's default rules to the list.
//
// A rule's peers are the union of CIDRs, Groups and PrefixLists. A rule with
// none of the three matches nobody; a cloud in which "no peer" means everyone
// gets 0.0.0.0/0 and ::/0 from its source.
type Rule struct {
	// Action is "allow" or "deny". Any other text makes the rule's effect
	// unknown.
	Action string `json:"action"`
	// Priority orders the rules: lower wins. It is 0 for every rule where the
	// cloud has no order.
	Priority int `json:"priority"`
	// Protocol is "tcp", "udp", "icmp", "icmpv6", "all", or the IANA protocol
	// number as text. Empty means unknown.
	Protocol string `json:"protocol"`
	// FromPort is the first port, inclusive. It matters for tcp, udp, sctp and
	// all. A rule for every port runs from 0 to 65535.
	FromPort int `json:"from_port"`
	// ToPort is the last port, inclusive. A rule for all protocols whose
	// FromPort and ToPort are both 0, or both -1, covers every port.
	ToPort int `json:"to_port"`
	// CIDRs are the peer address ranges, IPv4 and IPv6. Empty means that no
	// range is named, not that all are.
	CIDRs []string `json:"cidrs"`
	// Groups are the ids of peers named by membership: security groups, network
	// tags, application security groups, service accounts. Empty means none.
	Groups []string `json:"groups"`
	// PrefixLists are peers named through a managed list of ranges. Empty means
	// none.
	PrefixLists []PrefixList `json:"prefix_lists"`
	// Description is the cloud's free text for the rule. It decides nothing.
	Description string `json:"description"`
}

// PrefixList is a named list of ranges that a rule points at.
type PrefixList struct {
	// ID is the provider's id of the list.
	ID string `json:"id"`
	// CIDRs is what the list holds. Null means that the content could not be
	// read; an empty list means that it was read and holds nothing.
	CIDRs []string `json:"cidrs"`
}
