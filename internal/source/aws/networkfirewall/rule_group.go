package networkfirewall

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// RuleGroup is a set of rules that firewall policies take in. Those that AWS or a
// vendor manages are not read.
type RuleGroup struct {
	// Kind is STATELESS or STATEFUL.
	Kind string `json:"kind"`
	// Rules is how many rules it holds: entries, names of domains, or lines of rules.
	Rules int `json:"rules"`
	// Capacity is how much room was set aside for rules when it was made.
	Capacity int `json:"capacity"`
	// Policies is how many firewall policies have it.
	Policies int `json:"policies"`
	// KMSKey is the key of KMS for it at rest; empty when AWS uses its own.
	KMSKey string `json:"kms_key"`
}

// groupSettings are the fields that DescribeRuleGroup fills.
var groupSettings = []string{"kind", "rules", "capacity", "policies", "kms_key", "tags"}

var ruleGroup = source.Type[*aws.Session, RuleGroup]{
	Name:     "aws_networkfirewall_rule_group",
	Service:  "networkfirewall",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListRuleGroups", Permission: "network-firewall:ListRuleGroups"},
		{Op: "DescribeRuleGroup", Permission: "network-firewall:DescribeRuleGroup", Fills: groupSettings},
	},
	Refresh: []string{"CreateRuleGroup", "UpdateRuleGroup", "DeleteRuleGroup", "CreateFirewallPolicy", "UpdateFirewallPolicy", "DeleteFirewallPolicy"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listRuleGroups,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[RuleGroup]) error {
		d.Try(groupSettings[0], func() error {
			out, err := client(s).DescribeRuleGroup(ctx, &sdk.DescribeRuleGroupInput{RuleGroupArn: &d.ID})
			if err == nil {
				fillGroup(d, out)
			}
			return err
		}, groupSettings[1:]...)
		return nil
	},
}

func listRuleGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[RuleGroup])) error {
	size := int32(100)
	pages := sdk.NewListRuleGroupsPaginator(client(s), &sdk.ListRuleGroupsInput{MaxResults: &size, Scope: types.ResourceManagedStatusAccount})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.RuleGroups {
			if arn := aws.Value(g.Arn); !foreign(s, arn) {
				found(&source.Draft[RuleGroup]{ID: arn, Name: aws.Value(g.Name)})
			}
		}
	}
	return nil
}

func fillGroup(d *source.Draft[RuleGroup], out *sdk.DescribeRuleGroupOutput) {
	c := &d.Config
	if r := out.RuleGroupResponse; r != nil {
		d.Tags = tags(r.Tags)
		c.Kind, c.Capacity, c.Policies = string(r.Type), int(aws.Value(r.Capacity)), int(aws.Value(r.NumberOfAssociations))
		c.KMSKey = customerKey(r.EncryptionConfiguration)
		d.Relate(estate.EncryptedBy, c.KMSKey)
	}
	if out.RuleGroup != nil && out.RuleGroup.RulesSource != nil {
		c.Rules = rules(*out.RuleGroup.RulesSource)
	}
}

// rules counts the rules of a group, in whichever form they were written.
func rules(s types.RulesSource) int {
	n := len(s.StatefulRules)
	if s.StatelessRulesAndCustomActions != nil {
		n += len(s.StatelessRulesAndCustomActions.StatelessRules)
	}
	if s.RulesSourceList != nil {
		n += len(s.RulesSourceList.Targets)
	}
	for line := range strings.Lines(aws.Value(s.RulesString)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			n++
		}
	}
	return n
}
