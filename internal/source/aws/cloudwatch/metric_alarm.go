package cloudwatch

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// MetricAlarm watches metrics and does something when they cross a line. Its tags
// are not read.
type MetricAlarm struct {
	// Metrics are the metrics it watches: one, or those of its formula; empty when it
	// asks a query. Each is namespace and name with a slash between; one of another
	// account has that account's number and a colon in front.
	Metrics []string `json:"metrics"`
	// State is OK, ALARM or INSUFFICIENT_DATA.
	State string `json:"state"`
	// ActionsEnabled is whether it does anything at all when its state changes.
	ActionsEnabled bool `json:"actions_enabled"`
	// Actions are the ARNs of topics and other actions for when it goes off.
	Actions []string `json:"actions"`
	// OtherActions are the ARNs for when it calms down or lacks data.
	OtherActions []string `json:"other_actions"`
	// MissingData is what counts when no value comes: breaching, notBreaching, ignore or
	// missing.
	MissingData string `json:"missing_data"`
}

var metricAlarm = source.Type[*aws.Session, MetricAlarm]{
	Name:       "aws_cloudwatch_metric_alarm",
	Service:    "cloudwatch",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeAlarms", Permission: "cloudwatch:DescribeAlarms"},
	},
	Refresh: []string{"PutMetricAlarm", "DeleteAlarms", "EnableAlarmActions", "DisableAlarmActions"},
	List:    listMetricAlarms,
}

func listMetricAlarms(ctx context.Context, s *aws.Session, found func(*source.Draft[MetricAlarm])) error {
	size := int32(100)
	pages := sdk.NewDescribeAlarmsPaginator(client(s), &sdk.DescribeAlarmsInput{MaxRecords: &size, AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, a := range page.MetricAlarms {
			found(draftMetricAlarm(s, a))
		}
	}
	return nil
}

func draftMetricAlarm(s *aws.Session, a types.MetricAlarm) *source.Draft[MetricAlarm] {
	d := &source.Draft[MetricAlarm]{ID: aws.Value(a.AlarmArn), Name: aws.Value(a.AlarmName)}
	d.Config = MetricAlarm{
		Metrics: metrics(s, a), State: string(a.StateValue), ActionsEnabled: aws.Value(a.ActionsEnabled), Actions: a.AlarmActions,
		OtherActions: append(append([]string{}, a.OKActions...), a.InsufficientDataActions...), MissingData: aws.Value(a.TreatMissingData),
	}
	if d.Config.MissingData == "" {
		d.Config.MissingData = "missing"
	}
	for _, action := range d.Config.Actions {
		d.Relate(estate.Triggers, action)
	}
	return d
}

// metrics returns the metrics an alarm names itself or in its formula.
func metrics(s *aws.Session, a types.MetricAlarm) []string {
	list := []string{}
	if aws.Value(a.MetricName) != "" {
		list = append(list, aws.Value(a.Namespace)+"/"+aws.Value(a.MetricName))
	}
	for _, q := range a.Metrics {
		if q.MetricStat == nil || q.MetricStat.Metric == nil {
			continue
		}
		name := aws.Value(q.MetricStat.Metric.Namespace) + "/" + aws.Value(q.MetricStat.Metric.MetricName)
		if account := aws.Value(q.AccountId); account != "" && account != s.Account {
			name = account + ":" + name
		}
		list = append(list, name)
	}
	return list
}
