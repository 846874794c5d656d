package autoscaling

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Group is an Auto Scaling group: machines that are started and ended as needed.
type Group struct {
	// Status is set while it is being deleted, and empty otherwise.
	Status string `json:"status"`
	// LaunchTemplate is the id of the template its machines are started by; empty
	// when it uses a launch configuration.
	LaunchTemplate string `json:"launch_template"`
	// LaunchTemplateVersion is a number, $Latest or $Default; empty means $Default.
	LaunchTemplateVersion string `json:"launch_template_version"`
	// LaunchConfiguration is the name of the launch configuration; empty when it uses
	// a template.
	LaunchConfiguration string `json:"launch_configuration"`
	// InstanceTypes are the kinds of hardware it may choose from beyond that of the
	// template.
	InstanceTypes []string `json:"instance_types"`
	// AttributeBased is whether it chooses hardware by what it can do, from a list
	// that AWS makes.
	AttributeBased bool `json:"attribute_based"`
	// Zones are the availability zones it starts machines in.
	Zones []string `json:"zones"`
	// Subnets are the ids of the subnets it starts machines in.
	Subnets []string `json:"subnets"`
	// MinSize is the least number of machines.
	MinSize int `json:"min_size"`
	// MaxSize is the largest number of machines.
	MaxSize int `json:"max_size"`
	// DesiredSize is how many machines it aims for now.
	DesiredSize int `json:"desired_size"`
	// Instances are the ids of its machines.
	Instances []string `json:"instances"`
	// HealthChecks are who may call a machine sick: EC2, ELB, VPC_LATTICE, EBS.
	HealthChecks []string `json:"health_checks"`
	// LoadBalanced is whether a load balancer sends requests to it.
	LoadBalanced bool `json:"load_balanced"`
	// TargetGroups are the ARNs of the target groups it fills.
	TargetGroups []string `json:"target_groups"`
	// LoadBalancers are the names of the classic load balancers it fills.
	LoadBalancers []string `json:"load_balancers"`
	// CapacityRebalance is whether spot machines are replaced before AWS takes them.
	CapacityRebalance bool `json:"capacity_rebalance"`
	// UsesSpot is whether it may start spot machines by its own rules; what a launch
	// template asks for is not counted.
	UsesSpot bool `json:"uses_spot"`
	// MaxInstanceLifetimeDays is after how long a machine is replaced; 0 when never.
	MaxInstanceLifetimeDays int `json:"max_instance_lifetime_days"`
	// SuspendedProcesses are what it has stopped doing, such as ReplaceUnhealthy.
	SuspendedProcesses []string `json:"suspended_processes"`
	// ServiceRole is the ARN of the role it acts with.
	ServiceRole string `json:"service_role"`
}

var group = source.Type[*aws.Session, Group]{
	Name:     "aws_autoscaling_group",
	Service:  "autoscaling",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeAutoScalingGroups", Permission: "autoscaling:DescribeAutoScalingGroups"},
	},
	Refresh: []string{
		"CreateAutoScalingGroup", "UpdateAutoScalingGroup", "DeleteAutoScalingGroup", "AttachLoadBalancers", "DetachLoadBalancers",
		"AttachLoadBalancerTargetGroups", "DetachLoadBalancerTargetGroups", "AttachTrafficSources", "DetachTrafficSources",
		"SuspendProcesses", "ResumeProcesses", "SetDesiredCapacity", "CreateOrUpdateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Group])) error {
		pages := sdk.NewDescribeAutoScalingGroupsPaginator(client(s), &sdk.DescribeAutoScalingGroupsInput{MaxRecords: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, g := range page.AutoScalingGroups {
				found(draftGroup(s, g))
			}
		}
		return nil
	},
}

func draftGroup(s *aws.Session, g types.AutoScalingGroup) *source.Draft[Group] {
	d := &source.Draft[Group]{
		ID: aws.Value(g.AutoScalingGroupARN), Name: aws.Value(g.AutoScalingGroupName), Created: aws.Value(g.CreatedTime).In(time.UTC),
		Tags: aws.Tags(g.Tags, func(t types.TagDescription) (*string, *string) { return t.Key, t.Value }),
	}
	d.Config = Group{
		Status: aws.Value(g.Status), LaunchConfiguration: aws.Value(g.LaunchConfigurationName), InstanceTypes: []string{},
		Zones: append([]string{}, g.AvailabilityZones...), Subnets: split(aws.Value(g.VPCZoneIdentifier)), MinSize: int(aws.Value(g.MinSize)),
		MaxSize: int(aws.Value(g.MaxSize)), DesiredSize: int(aws.Value(g.DesiredCapacity)), Instances: []string{},
		HealthChecks: split(aws.Value(g.HealthCheckType)), TargetGroups: append([]string{}, g.TargetGroupARNs...),
		LoadBalancers: append([]string{}, g.LoadBalancerNames...), CapacityRebalance: aws.Value(g.CapacityRebalance),
		MaxInstanceLifetimeDays: int(aws.Value(g.MaxInstanceLifetime)) / (24 * 60 * 60), SuspendedProcesses: []string{},
		ServiceRole: aws.Value(g.ServiceLinkedRoleARN),
	}
	c := &d.Config
	c.LoadBalanced = len(c.TargetGroups)+len(c.LoadBalancers)+len(g.TrafficSources) > 0
	c.launch(g)
	for _, p := range g.SuspendedProcesses {
		c.SuspendedProcesses = append(c.SuspendedProcesses, aws.Value(p.ProcessName))
	}
	for _, i := range g.Instances {
		c.Instances = append(c.Instances, aws.Value(i.InstanceId))
		d.Relate(estate.Contains, s.ARN("ec2", "instance/"+aws.Value(i.InstanceId)))
	}
	relateGroup(s, d)
	return d
}

func relateGroup(s *aws.Session, d *source.Draft[Group]) {
	c := d.Config
	for _, n := range c.Subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+n))
	}
	for _, t := range c.TargetGroups {
		d.Relate(estate.AttachedTo, t)
	}
	for _, lb := range c.LoadBalancers {
		d.Relate(estate.AttachedTo, s.ARN("elasticloadbalancing", "loadbalancer/"+lb))
	}
	if c.LaunchTemplate != "" {
		d.Relate(estate.SourcedFrom, s.ARN("ec2", "launch-template/"+c.LaunchTemplate))
	}
	d.Relate(estate.RunsAs, c.ServiceRole)
}

// launch gathers what machines are started by, of which a policy for mixed hardware
// takes the place.
func (c *Group) launch(g types.AutoScalingGroup) {
	template := g.LaunchTemplate
	if m := g.MixedInstancesPolicy; m != nil {
		if m.LaunchTemplate != nil {
			template = m.LaunchTemplate.LaunchTemplateSpecification
			for _, o := range m.LaunchTemplate.Overrides {
				if o.InstanceType != nil {
					c.InstanceTypes = append(c.InstanceTypes, *o.InstanceType)
				}
				c.AttributeBased = c.AttributeBased || o.InstanceRequirements != nil
			}
		}
		if i := m.InstancesDistribution; i != nil {
			c.UsesSpot = i.OnDemandPercentageAboveBaseCapacity != nil && *i.OnDemandPercentageAboveBaseCapacity < 100
		}
	}
	if template != nil {
		c.LaunchTemplate, c.LaunchTemplateVersion = aws.Value(template.LaunchTemplateId), aws.Value(template.Version)
	}
}
