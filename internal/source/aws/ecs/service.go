package ecs

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Service keeps a number of tasks of one definition running.
type Service struct {
	// Cluster is the cluster it runs on.
	Cluster string `json:"cluster"`
	// Status is ACTIVE, DRAINING or INACTIVE.
	Status string `json:"status"`
	// TaskDefinition is what it runs, with its revision.
	TaskDefinition string `json:"task_definition"`
	// LaunchType is FARGATE, EC2, EXTERNAL or MANAGED_INSTANCES; empty when capacity
	// providers decide.
	LaunchType string `json:"launch_type"`
	// CapacityProviders are what may run its tasks; empty when the launch type decides.
	CapacityProviders []string `json:"capacity_providers"`
	// PlatformVersion is the version of Fargate asked for: LATEST or a number; empty where
	// Fargate is not used.
	PlatformVersion string `json:"platform_version"`
	// PlatformFamily is the operating system of Fargate, such as Linux; empty where it is
	// not used.
	PlatformFamily string `json:"platform_family"`
	// AssignPublicIP is whether each task gets an address on the internet. It is so for
	// any of its task sets too.
	AssignPublicIP bool `json:"assign_public_ip"`
	// Subnets are the subnets its tasks stand in; empty when they use the instance's.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its tasks' firewalls; empty when they use the
	// instance's, or the default group of the network.
	SecurityGroups []string `json:"security_groups"`
	// ExecuteCommand is whether sessions into its containers can be opened.
	ExecuteCommand bool `json:"execute_command"`
	// DesiredTasks is how many tasks it is to keep running.
	DesiredTasks int `json:"desired_tasks"`
	// RunningTasks is how many run.
	RunningTasks int `json:"running_tasks"`
	// CircuitBreaker is whether a deployment that does not come up is stopped.
	CircuitBreaker bool `json:"circuit_breaker"`
	// LoadBalancers are the target groups that send it traffic.
	LoadBalancers []string `json:"load_balancers"`
	// Registrations are how its tasks stand in those target groups.
	Registrations []Registration `json:"registrations"`
}

// Registration puts a container of each task into a target group.
type Registration struct {
	// TargetGroup is the ARN of the group.
	TargetGroup string `json:"target_group"`
	// Container is the name of the container.
	Container string `json:"container"`
	// Port is the port of the container. A task with a network interface of its own is a
	// target at this port; another may be one at any port of its machine.
	Port int `json:"port"`
}

var service = source.Type[*aws.Session, Service]{
	Name:     "aws_ecs_service",
	Service:  "ecs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "ecs:ListClusters"},
		{Op: "ListServices", Permission: "ecs:ListServices"},
		{Op: "DescribeServices", Permission: "ecs:DescribeServices"},
	},
	Refresh: []string{"CreateService", "DeleteService", "UpdateService", "CreateTaskSet", "DeleteTaskSet", "UpdateServicePrimaryTaskSet", "TagResource", "UntagResource"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Service])) error {
		all, err := services(ctx, s)
		if err != nil {
			return err
		}
		for _, one := range all {
			found(draftService(s, one))
		}
		return nil
	},
	Facets: func(d *source.Draft[Service]) {
		c := d.Config
		d.Offer(facet.Compute{
			Running: estate.TriOf(c.RunningTasks > 0), PublicAddresses: []string{}, Networks: c.Subnets, Firewalls: c.SecurityGroups,
			Image: c.TaskDefinition,
		})
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.AssignPublicIP), AllowedRanges: []string{}, Ports: []int{}})
	},
}

// services returns the services of all clusters of the region.
func services(ctx context.Context, s *aws.Session) ([]types.Service, error) {
	return aws.Shared(s, "ecs services", func() ([]types.Service, error) {
		clusters, err := clusterARNs(ctx, s)
		if err != nil {
			return nil, err
		}
		return gathered(ctx, clusters, func(ctx context.Context, cluster string) ([]types.Service, error) {
			return servicesOf(ctx, s, cluster)
		})
	})
}

// servicesOf returns the services of a cluster; none when it is gone by now.
func servicesOf(ctx context.Context, s *aws.Session, cluster string) ([]types.Service, error) {
	size := int32(100)
	var arns []string
	pages := sdk.NewListServicesPaginator(client(s), &sdk.ListServicesInput{Cluster: &cluster, MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, aws.Absent(err, "ClusterNotFoundException")
		}
		arns = append(arns, page.ServiceArns...)
	}
	var all []types.Service
	for chunk := range slices.Chunk(arns, 10) {
		out, err := client(s).DescribeServices(ctx, &sdk.DescribeServicesInput{Cluster: &cluster, Services: chunk, Include: []types.ServiceField{types.ServiceFieldTags}})
		if err != nil {
			return nil, aws.Absent(err, "ClusterNotFoundException")
		}
		if err := missing(out.Failures); err != nil {
			return nil, err
		}
		all = append(all, out.Services...)
	}
	return all, nil
}

func draftService(s *aws.Session, one types.Service) *source.Draft[Service] {
	d := &source.Draft[Service]{ID: aws.Value(one.ServiceArn), Name: aws.Value(one.ServiceName), Tags: tags(one.Tags), Created: aws.Value(one.CreatedAt).In(time.UTC)}
	c := Service{
		Cluster: aws.Value(one.ClusterArn), Status: aws.Value(one.Status), TaskDefinition: aws.Value(one.TaskDefinition),
		LaunchType: string(one.LaunchType), PlatformVersion: aws.Value(one.PlatformVersion), PlatformFamily: aws.Value(one.PlatformFamily),
		ExecuteCommand: one.EnableExecuteCommand, DesiredTasks: int(one.DesiredCount), RunningTasks: int(one.RunningCount),
	}
	for _, p := range one.CapacityProviderStrategy {
		c.CapacityProviders = append(c.CapacityProviders, aws.Value(p.CapacityProvider))
	}
	if dc := one.DeploymentConfiguration; dc != nil && dc.DeploymentCircuitBreaker != nil {
		c.CircuitBreaker = dc.DeploymentCircuitBreaker.Enable
	}
	c.addNetwork(one.NetworkConfiguration)
	c.addLoadBalancers(one.LoadBalancers)
	for _, set := range one.TaskSets {
		c.addNetwork(set.NetworkConfiguration)
		c.addLoadBalancers(set.LoadBalancers)
	}
	d.Config = c
	relateService(s, d)
	return d
}

func (c *Service) addNetwork(n *types.NetworkConfiguration) {
	if n == nil || n.AwsvpcConfiguration == nil {
		return
	}
	v := n.AwsvpcConfiguration
	c.AssignPublicIP = c.AssignPublicIP || v.AssignPublicIp == types.AssignPublicIpEnabled
	c.Subnets = union(c.Subnets, v.Subnets)
	c.SecurityGroups = union(c.SecurityGroups, v.SecurityGroups)
}

func (c *Service) addLoadBalancers(list []types.LoadBalancer) {
	for _, b := range list {
		target := aws.Value(b.TargetGroupArn)
		if target == "" {
			continue
		}
		c.LoadBalancers = union(c.LoadBalancers, []string{target})
		one := Registration{TargetGroup: target, Container: aws.Value(b.ContainerName), Port: int(aws.Value(b.ContainerPort))}
		if !slices.Contains(c.Registrations, one) {
			c.Registrations = append(c.Registrations, one)
		}
	}
}

// union adds to a list what it lacks.
func union(to, from []string) []string {
	for _, text := range from {
		if !slices.Contains(to, text) {
			to = append(to, text)
		}
	}
	return to
}

func relateService(s *aws.Session, d *source.Draft[Service]) {
	d.Relate(estate.MemberOf, d.Config.Cluster)
	d.Relate(estate.RunsImage, d.Config.TaskDefinition)
	for _, n := range d.Config.Subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+n))
	}
	for _, g := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
	}
	for _, t := range d.Config.LoadBalancers {
		d.Relate(estate.AttachedTo, t)
	}
}
