package ec2

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// FlowLog writes down which connections a network accepted or refused.
type FlowLog struct {
	// Resource is the id of the VPC, subnet, interface or transit gateway it watches.
	Resource string `json:"resource"`
	// Traffic is what is written down: ALL, ACCEPT or REJECT.
	Traffic string `json:"traffic"`
	// Active is whether it is switched on.
	Active bool `json:"active"`
	// Delivered is whether the records arrived last time; false means that they are
	// lost, see DeliveryError.
	Delivered bool `json:"delivered"`
	// DeliveryError is why records do not arrive, such as Access error; empty when
	// they do.
	DeliveryError string `json:"delivery_error"`
	// DestinationKind is cloud-watch-logs, s3 or kinesis-data-firehose.
	DestinationKind string `json:"destination_kind"`
	// Destination is the ARN it writes to, or the name of a log group.
	Destination string `json:"destination"`
	// Role is the role that writes to a log group; empty for other destinations.
	Role string `json:"role"`
	// IntervalSeconds is how much time one record sums up: 60 or 600.
	IntervalSeconds int `json:"interval_seconds"`
	// Format names the fields of a record; empty for the default ones.
	Format string `json:"format"`
}

var flowLog = source.Type[*aws.Session, FlowLog]{
	Name:     "aws_flow_log",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeFlowLogs", Permission: "ec2:DescribeFlowLogs"},
	},
	Refresh: []string{
		"CreateFlowLogs", "DeleteFlowLogs", "CreateTags", "DeleteTags",
	},
	List: listFlowLogs,
}

func listFlowLogs(ctx context.Context, s *aws.Session, found func(*source.Draft[FlowLog])) error {
	pages := sdk.NewDescribeFlowLogsPaginator(client(s), &sdk.DescribeFlowLogsInput{MaxResults: pageSize()})
	return walk(ctx, pages, func(page *sdk.DescribeFlowLogsOutput) {
		for _, l := range page.FlowLogs {
			found(draftFlowLog(s, l))
		}
	})
}

func draftFlowLog(s *aws.Session, l types.FlowLog) *source.Draft[FlowLog] {
	id := aws.Value(l.FlowLogId)
	d := &source.Draft[FlowLog]{
		ID: s.ARN("ec2", "vpc-flow-log/"+id), Name: nameOf(l.Tags, id), Tags: tags(l.Tags), Created: aws.Value(l.CreationTime).In(time.UTC),
	}
	ref := flowLogRefs([]types.FlowLog{l})[0]
	d.Config = FlowLog{
		Resource: aws.Value(l.ResourceId), Traffic: ref.Traffic, Active: aws.Value(l.FlowLogStatus) == "ACTIVE",
		Delivered: aws.Value(l.DeliverLogsStatus) != "FAILED", DeliveryError: aws.Value(l.DeliverLogsErrorMessage),
		DestinationKind: string(l.LogDestinationType), Destination: ref.Target, Role: aws.Value(l.DeliverLogsPermissionArn),
		IntervalSeconds: int(aws.Value(l.MaxAggregationInterval)), Format: aws.Value(l.LogFormat),
	}
	d.Relate(estate.AttachedTo, watchedARN(s, d.Config.Resource))
	d.Relate(estate.LogsTo, flowLogTarget(s, l))
	d.Relate(estate.RunsAs, d.Config.Role)
	return d
}

// watchedARN returns the ARN of what a flow log watches; empty for an id of another kind.
func watchedARN(s *aws.Session, id string) string {
	for prefix, kind := range map[string]string{
		"vpc-": "vpc", "subnet-": "subnet", "eni-": "network-interface", "tgw-attach-": "transit-gateway-attachment",
	} {
		if strings.HasPrefix(id, prefix) {
			return arn(s, kind, id)
		}
	}
	if strings.HasPrefix(id, "tgw-") {
		return arn(s, "transit-gateway", id)
	}
	return ""
}

// flowLogTarget returns the ARN of the bucket, log group or stream records go to,
// without the folder in a bucket.
func flowLogTarget(s *aws.Session, l types.FlowLog) string {
	target := aws.Value(l.LogDestination)
	switch {
	case strings.HasPrefix(target, "arn:") && l.LogDestinationType == types.LogDestinationTypeS3:
		bucket, _, _ := strings.Cut(target, "/")
		return bucket
	case strings.HasPrefix(target, "arn:"):
		return strings.TrimSuffix(target, ":*")
	case aws.Value(l.LogGroupName) != "":
		return s.ARN("logs", "log-group:"+*l.LogGroupName)
	}
	return ""
}
