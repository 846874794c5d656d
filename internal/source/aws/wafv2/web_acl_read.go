package wafv2

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readWebACL(ctx context.Context, s *aws.Session, d *source.Draft[WebACL]) error {
	d.Try(settings[0], func() error {
		id := d.ID[strings.LastIndexByte(d.ID, '/')+1:]
		out, err := client(s).GetWebACL(ctx, &sdk.GetWebACLInput{Id: &id, Name: &d.Name, Scope: types.Scope(d.Config.Scope)})
		if err != nil {
			return err
		}
		if out.WebACL != nil {
			fill(&d.Config, *out.WebACL)
		}
		return nil
	}, settings[1:]...)
	d.Try("log_destinations", func() error {
		all, err := logs(ctx, s, types.Scope(d.Config.Scope))
		d.Config.LogDestinations = all[d.ID]
		return err
	})
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceARN: &d.ID, Limit: pageSize()})
		if err != nil {
			return err
		}
		if out.TagInfoForResource != nil {
			d.Tags = tags(out.TagInfoForResource.TagList)
		}
		return nil
	})
	return nil
}

func fill(c *WebACL, a types.WebACL) {
	if a.DefaultAction != nil && a.DefaultAction.Allow != nil {
		c.DefaultAction = "allow"
	}
	if a.DefaultAction != nil && a.DefaultAction.Block != nil {
		c.DefaultAction = "block"
	}
	c.Metrics = a.VisibilityConfig != nil && a.VisibilityConfig.CloudWatchMetricsEnabled
	c.FirewallManager = a.ManagedByFirewallManager || a.RetrofittedByFirewallManager
	c.Rules = managed(a.PreProcessFirewallManagerRuleGroups)
	for _, r := range a.Rules {
		c.Rules = append(c.Rules, rule(r))
	}
	c.Rules = append(c.Rules, managed(a.PostProcessFirewallManagerRuleGroups)...)
}

// managed returns the rule groups that Firewall Manager puts before or after the rules.
func managed(groups []types.FirewallManagerRuleGroup) []Rule {
	rules := []Rule{}
	for _, g := range groups {
		rules = append(rules, Rule{
			Name: aws.Value(g.Name), Kind: "firewall-manager", Group: aws.Value(g.Name), Action: override(g.OverrideAction),
			Metrics: g.VisibilityConfig != nil && g.VisibilityConfig.CloudWatchMetricsEnabled,
		})
	}
	return rules
}

func rule(r types.Rule) Rule {
	out := Rule{Name: aws.Value(r.Name), Kind: "own", Action: action(r.Action), Metrics: r.VisibilityConfig != nil && r.VisibilityConfig.CloudWatchMetricsEnabled}
	if r.Statement == nil {
		return out
	}
	switch {
	case r.Statement.ManagedRuleGroupStatement != nil:
		g := r.Statement.ManagedRuleGroupStatement
		out.Kind, out.Group, out.Action = "managed", aws.Value(g.VendorName)+"/"+aws.Value(g.Name), override(r.OverrideAction)
	case r.Statement.RuleGroupReferenceStatement != nil:
		out.Kind, out.Group, out.Action = "group", aws.Value(r.Statement.RuleGroupReferenceStatement.ARN), override(r.OverrideAction)
	case r.Statement.RateBasedStatement != nil:
		out.Kind = "rate"
	}
	return out
}

func action(a *types.RuleAction) string {
	switch {
	case a == nil:
		return ""
	case a.Block != nil:
		return "block"
	case a.Count != nil:
		return "count"
	case a.Captcha != nil:
		return "captcha"
	case a.Challenge != nil:
		return "challenge"
	case a.Allow != nil:
		return "allow"
	}
	return ""
}

func override(a *types.OverrideAction) string {
	if a != nil && a.Count != nil {
		return "count"
	}
	return "group"
}

// logs returns the log destinations of a scope by web ACL: one list for all.
func logs(ctx context.Context, s *aws.Session, scope types.Scope) (map[string][]string, error) {
	return aws.Shared(s, "wafv2 logs "+string(scope), func() (map[string][]string, error) {
		all := map[string][]string{}
		in := &sdk.ListLoggingConfigurationsInput{Scope: scope, Limit: pageSize()}
		for {
			out, err := client(s).ListLoggingConfigurations(ctx, in)
			if err != nil {
				return nil, err
			}
			for _, l := range out.LoggingConfigurations {
				arn := aws.Value(l.ResourceArn)
				for _, target := range l.LogDestinationConfigs {
					all[arn] = append(all[arn], strings.TrimSuffix(target, ":*"))
				}
			}
			if aws.Value(out.NextMarker) == "" || len(out.LoggingConfigurations) == 0 {
				return all, nil
			}
			in.NextMarker = out.NextMarker
		}
	})
}
