package sagemaker

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// MonitoringSchedule says when a model is looked at, and for older ones also how.
type MonitoringSchedule struct {
	// Status is Scheduled when it is at work.
	Status string `json:"status"`
	// Definition is the name of the job definition it starts; empty when it holds the job
	// itself.
	Definition string `json:"definition"`
	// TrafficEncrypted is whether the containers of its own job speak to each other encrypted.
	TrafficEncrypted bool `json:"traffic_encrypted"`
	// NetworkIsolation is whether the containers of its own job can reach nothing over the
	// network.
	NetworkIsolation bool `json:"network_isolation"`
	// Role is the role of its own job; empty when it has none.
	Role string `json:"role"`
}

// scheduled are the fields that DescribeMonitoringSchedule fills.
var scheduled = []string{"definition", "traffic_encrypted", "network_isolation", "role"}

var monitoringSchedule = source.Type[*aws.Session, MonitoringSchedule]{
	Name:     "aws_sagemaker_monitoring_schedule",
	Service:  "sagemaker",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListMonitoringSchedules", Permission: "sagemaker:ListMonitoringSchedules"},
		{Op: "DescribeMonitoringSchedule", Permission: "sagemaker:DescribeMonitoringSchedule", Fills: scheduled},
		{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateMonitoringSchedule", "UpdateMonitoringSchedule", "DeleteMonitoringSchedule", "StartMonitoringSchedule", "StopMonitoringSchedule", "AddTags", "DeleteTags"},
	Gone:    gone,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[MonitoringSchedule])) error {
		pages := sdk.NewListMonitoringSchedulesPaginator(client(s), &sdk.ListMonitoringSchedulesInput{MaxResults: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, m := range page.MonitoringScheduleSummaries {
				d := &source.Draft[MonitoringSchedule]{ID: aws.Value(m.MonitoringScheduleArn), Name: aws.Value(m.MonitoringScheduleName), Created: aws.Value(m.CreationTime).In(time.UTC)}
				d.Config.Status = string(m.MonitoringScheduleStatus)
				found(d)
			}
		}
		return nil
	},
	Detail: readMonitoringSchedule,
}

func readMonitoringSchedule(ctx context.Context, s *aws.Session, d *source.Draft[MonitoringSchedule]) error {
	d.Try(scheduled[0], func() error {
		out, err := client(s).DescribeMonitoringSchedule(ctx, &sdk.DescribeMonitoringScheduleInput{MonitoringScheduleName: &d.Name})
		if err != nil || out.MonitoringScheduleConfig == nil {
			return err
		}
		c := &d.Config
		c.Definition = aws.Value(out.MonitoringScheduleConfig.MonitoringJobDefinitionName)
		if j := out.MonitoringScheduleConfig.MonitoringJobDefinition; j != nil {
			c.Role = aws.Value(j.RoleArn)
			if n := j.NetworkConfig; n != nil {
				c.TrafficEncrypted, c.NetworkIsolation = aws.Value(n.EnableInterContainerTrafficEncryption), aws.Value(n.EnableNetworkIsolation)
			}
		}
		d.Relate(estate.RunsAs, c.Role)
		return nil
	}, scheduled[1:]...)
	readTags(ctx, s, d)
	return nil
}
