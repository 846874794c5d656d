package elbv2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// TargetGroup is a set of machines, addresses or functions that load balancers send
// requests to.
type TargetGroup struct {
	// TargetKind is instance, ip, lambda or alb.
	TargetKind string `json:"target_kind"`
	// Protocol is how it speaks to the targets: HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP,
	// QUIC, TCP_QUIC or GENEVE; empty for functions.
	Protocol string `json:"protocol"`
	// ProtocolVersion is HTTP1, HTTP2 or GRPC; empty when that does not apply.
	ProtocolVersion string `json:"protocol_version"`
	// Port is the port on the targets; 0 for functions.
	Port int `json:"port"`
	// VPC is the id of its network; empty for functions.
	VPC string `json:"vpc"`
	// LoadBalancers are the ARNs of the load balancers that use it.
	LoadBalancers []string `json:"load_balancers"`
	// HealthCheck is how targets are tried.
	HealthCheck HealthCheck `json:"health_check"`
	// Targets are what is registered in it, healthy or not.
	Targets []Target `json:"targets"`

	batch *tagBatch
}

// Target is something that gets requests.
type Target struct {
	// ID is the id of an instance, an address, or the ARN of a function or load balancer,
	// as the group's target_kind says.
	ID string `json:"id"`
	// Port is where it is spoken to; 0 for functions.
	Port int `json:"port"`
}

// HealthCheck is how targets are tried.
type HealthCheck struct {
	// Enabled is whether they are tried at all; only for functions it can be off.
	Enabled bool `json:"enabled"`
	// Protocol is HTTP, HTTPS or TCP.
	Protocol string `json:"protocol"`
	// Port is a port or traffic-port.
	Port string `json:"port"`
	// Path is what is asked for; empty for TCP.
	Path string `json:"path"`
}

var targetGroup = source.Type[*aws.Session, TargetGroup]{
	Name:     "aws_lb_target_group",
	Service:  "elbv2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeTargetGroups", Permission: "elasticloadbalancing:DescribeTargetGroups"},
		{Op: "DescribeTargetHealth", Permission: "elasticloadbalancing:DescribeTargetHealth", Fills: []string{"targets"}},
		{Op: "DescribeTags", Permission: "elasticloadbalancing:DescribeTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateTargetGroup", "DeleteTargetGroup", "ModifyTargetGroup", "CreateListener", "ModifyListener", "DeleteListener", "CreateRule", "ModifyRule", "DeleteRule", "RegisterTargets", "DeregisterTargets"},
	Gone:    []string{"TargetGroupNotFound"},
	List:    listTargetGroups,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[TargetGroup]) error {
		batch := d.Config.batch
		d.Config.batch = nil
		readTags(ctx, s, d, batch)
		d.Try("targets", func() error { return readTargets(ctx, s, d) })
		return nil
	},
}

// readTargets fills in the targets and adds an edge to each that has an id of its own; an
// address may be anybody's.
func readTargets(ctx context.Context, s *aws.Session, d *source.Draft[TargetGroup]) error {
	out, err := client(s).DescribeTargetHealth(ctx, &sdk.DescribeTargetHealthInput{TargetGroupArn: &d.ID})
	if err != nil {
		return err
	}
	d.Config.Targets = []Target{}
	for _, one := range out.TargetHealthDescriptions {
		if one.Target == nil || aws.Value(one.Target.Id) == "" {
			continue
		}
		target := Target{ID: *one.Target.Id, Port: int(aws.Value(one.Target.Port))}
		d.Config.Targets = append(d.Config.Targets, target)
		switch types.TargetTypeEnum(d.Config.TargetKind) {
		case types.TargetTypeEnumInstance:
			d.Relate(estate.RoutesTo, s.ARN("ec2", "instance/"+target.ID))
		case types.TargetTypeEnumLambda, types.TargetTypeEnumAlb:
			d.Relate(estate.RoutesTo, target.ID)
		case types.TargetTypeEnumIp:
		}
	}
	return nil
}

func listTargetGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[TargetGroup])) error {
	pages := sdk.NewDescribeTargetGroupsPaginator(client(s), &sdk.DescribeTargetGroupsInput{PageSize: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		arns := make([]string, len(page.TargetGroups))
		for i, g := range page.TargetGroups {
			arns[i] = aws.Value(g.TargetGroupArn)
		}
		for i, batch := range inBatches(arns) {
			d := draftTargetGroup(s, page.TargetGroups[i])
			d.Config.batch = batch
			found(d)
		}
	}
	return nil
}

func draftTargetGroup(s *aws.Session, g types.TargetGroup) *source.Draft[TargetGroup] {
	d := &source.Draft[TargetGroup]{ID: aws.Value(g.TargetGroupArn), Name: aws.Value(g.TargetGroupName)}
	d.Config = TargetGroup{
		TargetKind: string(g.TargetType), Protocol: string(g.Protocol), ProtocolVersion: aws.Value(g.ProtocolVersion),
		Port: int(aws.Value(g.Port)), VPC: aws.Value(g.VpcId), LoadBalancers: append([]string{}, g.LoadBalancerArns...),
		HealthCheck: HealthCheck{
			Enabled: aws.Value(g.HealthCheckEnabled), Protocol: string(g.HealthCheckProtocol), Port: aws.Value(g.HealthCheckPort),
			Path: aws.Value(g.HealthCheckPath),
		},
	}
	for _, lb := range g.LoadBalancerArns {
		d.Relate(estate.AttachedTo, lb)
	}
	if d.Config.VPC != "" {
		d.Relate(estate.MemberOf, s.ARN("ec2", "vpc/"+d.Config.VPC))
	}
	return d
}
