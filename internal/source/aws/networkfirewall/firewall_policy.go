package networkfirewall

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// FirewallPolicy decides what passes the firewalls that have it. Packets first meet
// the stateless rules; what these hand on meets the stateful ones.
type FirewallPolicy struct {
	// StatelessDefault is what happens to whole packets that no stateless rule matches:
	// aws:pass, aws:drop or aws:forward_to_sfe, and names of actions of one's own.
	StatelessDefault []string `json:"stateless_default"`
	// FragmentDefault is the same for parts of UDP packets.
	FragmentDefault []string `json:"fragment_default"`
	// StatelessGroups are the ARNs of its stateless rule groups.
	StatelessGroups []string `json:"stateless_groups"`
	// StatefulGroups are the ARNs of its stateful rule groups.
	StatefulGroups []string `json:"stateful_groups"`
	// StatefulDefault is what happens to packets that no stateful rule matches when rules
	// are in strict order, such as aws:drop_established; empty lets them pass.
	StatefulDefault []string `json:"stateful_default"`
	// StrictOrder is whether stateful rules are taken in the order given; otherwise by
	// their action, pass before drop.
	StrictOrder bool `json:"strict_order"`
	// TLSInspection is the ARN of the settings for looking into TLS; empty when it does
	// not.
	TLSInspection string `json:"tls_inspection"`
	// KMSKey is the key of KMS for it at rest; empty when AWS uses its own.
	KMSKey string `json:"kms_key"`
	// Firewalls is how many firewalls have it.
	Firewalls int `json:"firewalls"`
}

// policySettings are the fields that DescribeFirewallPolicy fills.
var policySettings = []string{
	"stateless_default", "fragment_default", "stateless_groups", "stateful_groups", "stateful_default", "strict_order",
	"tls_inspection", "kms_key", "firewalls", "tags",
}

var firewallPolicy = source.Type[*aws.Session, FirewallPolicy]{
	Name:     "aws_networkfirewall_firewall_policy",
	Service:  "networkfirewall",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListFirewallPolicies", Permission: "network-firewall:ListFirewallPolicies"},
		{Op: "DescribeFirewallPolicy", Permission: "network-firewall:DescribeFirewallPolicy", Fills: policySettings},
	},
	Refresh: []string{"CreateFirewallPolicy", "UpdateFirewallPolicy", "DeleteFirewallPolicy", "AssociateFirewallPolicy", "DeleteFirewall"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listFirewallPolicies,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[FirewallPolicy]) error {
		d.Try(policySettings[0], func() error {
			out, err := client(s).DescribeFirewallPolicy(ctx, &sdk.DescribeFirewallPolicyInput{FirewallPolicyArn: &d.ID})
			if err == nil {
				fillPolicy(d, out)
			}
			return err
		}, policySettings[1:]...)
		return nil
	},
}

func listFirewallPolicies(ctx context.Context, s *aws.Session, found func(*source.Draft[FirewallPolicy])) error {
	size := int32(100)
	pages := sdk.NewListFirewallPoliciesPaginator(client(s), &sdk.ListFirewallPoliciesInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.FirewallPolicies {
			if arn := aws.Value(p.Arn); !foreign(s, arn) {
				found(&source.Draft[FirewallPolicy]{ID: arn, Name: aws.Value(p.Name)})
			}
		}
	}
	return nil
}

func fillPolicy(d *source.Draft[FirewallPolicy], out *sdk.DescribeFirewallPolicyOutput) {
	c := &d.Config
	if r := out.FirewallPolicyResponse; r != nil {
		d.Tags = tags(r.Tags)
		c.KMSKey, c.Firewalls = customerKey(r.EncryptionConfiguration), int(aws.Value(r.NumberOfAssociations))
		d.Relate(estate.EncryptedBy, c.KMSKey)
	}
	p := out.FirewallPolicy
	if p == nil {
		return
	}
	c.StatelessDefault, c.FragmentDefault, c.StatefulDefault = p.StatelessDefaultActions, p.StatelessFragmentDefaultActions, p.StatefulDefaultActions
	for _, g := range p.StatelessRuleGroupReferences {
		c.StatelessGroups = append(c.StatelessGroups, aws.Value(g.ResourceArn))
		d.Relate(estate.Contains, aws.Value(g.ResourceArn))
	}
	for _, g := range p.StatefulRuleGroupReferences {
		c.StatefulGroups = append(c.StatefulGroups, aws.Value(g.ResourceArn))
		d.Relate(estate.Contains, aws.Value(g.ResourceArn))
	}
	c.StrictOrder = p.StatefulEngineOptions != nil && p.StatefulEngineOptions.RuleOrder == types.RuleOrderStrictOrder
	c.TLSInspection = aws.Value(p.TLSInspectionConfigurationArn)
}
