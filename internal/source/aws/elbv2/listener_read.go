package elbv2

import (
	"context"
	"slices"
	"strconv"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readListener(ctx context.Context, s *aws.Session, d *source.Draft[Listener]) error {
	batch := d.Config.batch
	d.Config.batch = nil
	switch types.ProtocolEnum(d.Config.Protocol) {
	case types.ProtocolEnumHttp, types.ProtocolEnumHttps:
		d.Try("rules", func() error { return readRules(ctx, s, d) })
	default: // only what speaks HTTP can tell one request from another
	}
	readTags(ctx, s, d, batch)
	return nil
}

func readRules(ctx context.Context, s *aws.Session, d *source.Draft[Listener]) error {
	rules := []Rule{}
	pages := sdk.NewDescribeRulesPaginator(client(s), &sdk.DescribeRulesInput{ListenerArn: &d.ID, PageSize: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.Rules {
			if !aws.Value(r.IsDefault) {
				rules = append(rules, Rule{Priority: aws.Value(r.Priority), Actions: actions(r.Actions)})
			}
		}
	}
	d.Config.Rules = rules
	for _, r := range rules {
		for _, a := range r.Actions {
			for _, g := range a.TargetGroups {
				d.Relate(estate.RoutesTo, g)
			}
		}
	}
	return nil
}

// actions returns actions without what they hold of secrets and texts.
func actions(list []types.Action) []Action {
	out := make([]Action, 0, len(list))
	for _, a := range list {
		action := Action{Kind: string(a.Type), TargetGroups: []string{}}
		if arn := aws.Value(a.TargetGroupArn); arn != "" {
			action.TargetGroups = append(action.TargetGroups, arn)
		}
		if a.ForwardConfig != nil {
			for _, t := range a.ForwardConfig.TargetGroups {
				if arn := aws.Value(t.TargetGroupArn); arn != "" && !slices.Contains(action.TargetGroups, arn) {
					action.TargetGroups = append(action.TargetGroups, arn)
				}
			}
		}
		if r := a.RedirectConfig; r != nil {
			action.RedirectProtocol, action.RedirectPort = aws.Value(r.Protocol), aws.Value(r.Port)
		}
		out = append(out, action)
	}
	return out
}

// listenerName names a listener by its load balancer and port, as it has no name.
func listenerName(lb types.LoadBalancer, l types.Listener) string {
	if l.Port == nil {
		return aws.Value(lb.LoadBalancerName)
	}
	return aws.Value(lb.LoadBalancerName) + ":" + strconv.Itoa(int(*l.Port))
}
