package logs

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// MetricFilter counts the events of a log group that match a pattern.
type MetricFilter struct {
	// LogGroup is the ARN of the log group it watches.
	LogGroup string `json:"log_group"`
	// Pattern says which events match; empty matches all.
	Pattern string `json:"pattern"`
	// Metrics are the metrics that a match changes, as namespace and name with a slash
	// between, like those of aws_cloudwatch_metric_alarm.
	Metrics []string `json:"metrics"`
}

var metricFilter = source.Type[*aws.Session, MetricFilter]{
	Name:     "aws_cloudwatch_log_metric_filter",
	Service:  "logs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeMetricFilters", Permission: "logs:DescribeMetricFilters"},
	},
	Refresh: []string{"PutMetricFilter", "DeleteMetricFilter", "DeleteLogGroup"},
	List:    listMetricFilters,
}

func listMetricFilters(ctx context.Context, s *aws.Session, found func(*source.Draft[MetricFilter])) error {
	pages := sdk.NewDescribeMetricFiltersPaginator(client(s), &sdk.DescribeMetricFiltersInput{Limit: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, f := range page.MetricFilters {
			found(draftMetricFilter(s, f))
		}
	}
	return nil
}

func draftMetricFilter(s *aws.Session, f types.MetricFilter) *source.Draft[MetricFilter] {
	group, name := aws.Value(f.LogGroupName), aws.Value(f.FilterName)
	d := &source.Draft[MetricFilter]{ID: groupARN(s, group) + ":metric-filter:" + name, Name: name}
	if f.CreationTime != nil {
		d.Created = time.UnixMilli(*f.CreationTime)
	}
	d.Config = MetricFilter{LogGroup: groupARN(s, group), Pattern: aws.Value(f.FilterPattern), Metrics: []string{}}
	for _, t := range f.MetricTransformations {
		d.Config.Metrics = append(d.Config.Metrics, aws.Value(t.MetricNamespace)+"/"+aws.Value(t.MetricName))
	}
	d.Relate(estate.AttachedTo, d.Config.LogGroup)
	return d
}
