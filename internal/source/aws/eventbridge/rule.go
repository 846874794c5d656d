package eventbridge

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Rule starts something when an event comes or a time is reached.
type Rule struct {
	// Bus is the name of the bus that it listens to.
	Bus string `json:"bus"`
	// Enabled is whether it listens.
	Enabled bool `json:"enabled"`
	// Pattern is which events it is for, as JSON; empty when it goes by the clock.
	Pattern string `json:"pattern"`
	// Schedule is when it starts, such as rate(5 minutes); empty when it goes by events.
	Schedule string `json:"schedule"`
	// ManagedBy is the AWS service that keeps it; empty for the customer's own.
	ManagedBy string `json:"managed_by"`
	// Targets are what it starts.
	Targets []Target `json:"targets"`
}

// Target is something that a rule starts.
type Target struct {
	// ARN is what is started.
	ARN string `json:"arn"`
	// Role is the role by which EventBridge starts it; empty when the target's own policy
	// lets EventBridge in.
	Role string `json:"role"`
	// DeadLetter is the queue for events that could not be delivered; empty when they are
	// dropped.
	DeadLetter string `json:"dead_letter"`
}

var rule = source.Type[*aws.Session, Rule]{
	Name:       "aws_cloudwatch_event_rule",
	Service:    "eventbridge",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "ListEventBuses", Permission: "events:ListEventBuses"},
		{Op: "ListRules", Permission: "events:ListRules"},
		{Op: "ListTargetsByRule", Permission: "events:ListTargetsByRule", Fills: []string{"targets"}},
	},
	Refresh: []string{"PutRule", "DeleteRule", "EnableRule", "DisableRule", "PutTargets", "RemoveTargets"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listRules,
	Detail:  readRule,
}

func listRules(ctx context.Context, s *aws.Session, found func(*source.Draft[Rule])) error {
	all, err := buses(ctx, s)
	if err != nil {
		return err
	}
	return source.Parallel(ctx, all, func(ctx context.Context, b types.EventBus) error {
		size := int32(100)
		err := aws.Pages(func(token *string) (*string, error) {
			out, err := client(s).ListRules(ctx, &sdk.ListRulesInput{EventBusName: b.Name, Limit: &size, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, r := range out.Rules {
				found(draftRule(r, b))
			}
			return out.NextToken, nil
		})
		return aws.Absent(err, "ResourceNotFoundException")
	})
}

func draftRule(r types.Rule, b types.EventBus) *source.Draft[Rule] {
	d := &source.Draft[Rule]{ID: aws.Value(r.Arn), Name: aws.Value(r.Name)}
	d.Config = Rule{
		Bus: aws.Value(b.Name), Enabled: r.State != types.RuleStateDisabled, Pattern: aws.Value(r.EventPattern),
		Schedule: aws.Value(r.ScheduleExpression), ManagedBy: aws.Value(r.ManagedBy),
	}
	d.Relate(estate.MemberOf, aws.Value(b.Arn))
	return d
}

func readRule(ctx context.Context, s *aws.Session, d *source.Draft[Rule]) error {
	d.Try("targets", func() error {
		size := int32(100)
		var targets []Target
		err := aws.Pages(func(token *string) (*string, error) {
			out, err := client(s).ListTargetsByRule(ctx, &sdk.ListTargetsByRuleInput{Rule: &d.Name, EventBusName: &d.Config.Bus, Limit: &size, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, t := range out.Targets {
				target := Target{ARN: aws.Value(t.Arn), Role: aws.Value(t.RoleArn)}
				if t.DeadLetterConfig != nil {
					target.DeadLetter = aws.Value(t.DeadLetterConfig.Arn)
				}
				targets = append(targets, target)
			}
			return out.NextToken, nil
		})
		if err == nil {
			d.Config.Targets = targets
		}
		return err
	})
	for _, t := range d.Config.Targets {
		d.Relate(estate.Triggers, t.ARN)
		d.Relate(estate.RunsAs, t.Role)
	}
	return nil
}
