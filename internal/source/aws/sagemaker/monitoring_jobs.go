package sagemaker

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// MonitoringJob says how the data or the answers of a model are looked at.
type MonitoringJob struct {
	// Role is the role that it acts with.
	Role string `json:"role"`
	// TrafficEncrypted is whether its containers speak to each other encrypted.
	TrafficEncrypted bool `json:"traffic_encrypted"`
	// NetworkIsolation is whether its containers can reach nothing over the network.
	NetworkIsolation bool `json:"network_isolation"`
	// Subnets are the subnets its containers stand in; empty when they are none of the
	// customer's.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

// watched are the fields that describing a job fills.
var watched = []string{"role", "traffic_encrypted", "network_isolation", "subnets", "security_groups"}

// job is the part of a description that all kinds of jobs have.
type job struct {
	role    *string
	network *types.MonitoringNetworkConfig
}

// page is a page of jobs, whatever their kind.
type page struct {
	jobs []types.MonitoringJobDefinitionSummary
	next *string
}

// monitoringJobs describes a type of monitoring jobs, which differ in their calls only:
// list and describe are named after the kind.
func monitoringJobs(
	name, kind string,
	list func(ctx context.Context, c *sdk.Client, token *string) (page, error),
	describe func(ctx context.Context, c *sdk.Client, name *string) (job, error),
) source.Type[*aws.Session, MonitoringJob] {
	return source.Type[*aws.Session, MonitoringJob]{
		Name:     name,
		Service:  "sagemaker",
		Locality: source.Regional,
		Calls: []source.Call{
			{Op: "List" + kind + "JobDefinitions", Permission: "sagemaker:List" + kind + "JobDefinitions"},
			{Op: "Describe" + kind + "JobDefinition", Permission: "sagemaker:Describe" + kind + "JobDefinition", Fills: watched},
			{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
		},
		Refresh: []string{"Create" + kind + "JobDefinition", "Delete" + kind + "JobDefinition", "AddTags", "DeleteTags"},
		Gone:    gone,
		List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[MonitoringJob])) error {
			p, err := list(ctx, client(s), nil)
			for {
				if err != nil {
					return err
				}
				for _, j := range p.jobs {
					found(&source.Draft[MonitoringJob]{ID: aws.Value(j.MonitoringJobDefinitionArn), Name: aws.Value(j.MonitoringJobDefinitionName), Created: aws.Value(j.CreationTime).In(time.UTC)})
				}
				if aws.Value(p.next) == "" {
					return nil
				}
				p, err = list(ctx, client(s), p.next)
			}
		},
		Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[MonitoringJob]) error {
			d.Try(watched[0], func() error {
				out, err := describe(ctx, client(s), &d.Name)
				if err == nil {
					fillJob(s, d, out)
				}
				return err
			}, watched[1:]...)
			readTags(ctx, s, d)
			return nil
		},
	}
}

func fillJob(s *aws.Session, d *source.Draft[MonitoringJob], out job) {
	d.Config.Role = aws.Value(out.role)
	d.Relate(estate.RunsAs, d.Config.Role)
	n := out.network
	if n == nil {
		return
	}
	d.Config.TrafficEncrypted, d.Config.NetworkIsolation = aws.Value(n.EnableInterContainerTrafficEncryption), aws.Value(n.EnableNetworkIsolation)
	if n.VpcConfig != nil {
		d.Config.Subnets, d.Config.SecurityGroups = n.VpcConfig.Subnets, n.VpcConfig.SecurityGroupIds
	}
	relateNetwork(s, d, d.Config.Subnets, d.Config.SecurityGroups)
}
