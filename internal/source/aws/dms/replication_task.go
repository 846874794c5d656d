package dms

import (
	"context"
	"encoding/json"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/databasemigrationservice"
	"github.com/aws/aws-sdk-go-v2/service/databasemigrationservice/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ReplicationTask is one copying of tables from an endpoint to another.
type ReplicationTask struct {
	// Status is what it does now, such as running or stopped.
	Status string `json:"status"`
	// Migration is full-load, cdc or full-load-and-cdc.
	Migration string `json:"migration"`
	// Logging is what it writes down.
	Logging TaskLogging `json:"logging"`
}

// TaskLogging is what a task writes down.
type TaskLogging struct {
	// Enabled is whether anything is.
	Enabled bool `json:"enabled"`
	// Severities are how much is written by component, such as SOURCE_CAPTURE: from
	// LOGGER_SEVERITY_ERROR to LOGGER_SEVERITY_DETAILED_DEBUG.
	Severities map[string]string `json:"severities"`
}

var replicationTask = source.Type[*aws.Session, ReplicationTask]{
	Name:     "aws_dms_replication_task",
	Service:  "dms",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeReplicationTasks", Permission: "dms:DescribeReplicationTasks"},
		{Op: "ListTagsForResource", Permission: "dms:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateReplicationTask", "DeleteReplicationTask", "ModifyReplicationTask", "StartReplicationTask", "StopReplicationTask"},
	Gone:    []string{"ResourceNotFoundFault"},
	List:    listReplicationTasks,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ReplicationTask]) error {
		readTags(ctx, s, d)
		return nil
	},
}

func listReplicationTasks(ctx context.Context, s *aws.Session, found func(*source.Draft[ReplicationTask])) error {
	size := int32(100)
	pages := sdk.NewDescribeReplicationTasksPaginator(client(s), &sdk.DescribeReplicationTasksInput{MaxRecords: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, t := range page.ReplicationTasks {
			d := &source.Draft[ReplicationTask]{ID: aws.Value(t.ReplicationTaskArn), Name: aws.Value(t.ReplicationTaskIdentifier), Created: aws.Value(t.ReplicationTaskCreationDate).In(time.UTC)}
			d.Config = ReplicationTask{Status: aws.Value(t.Status), Migration: string(t.MigrationType), Logging: taskLogging(t)}
			d.Relate(estate.MemberOf, aws.Value(t.ReplicationInstanceArn))
			d.Relate(estate.SourcedFrom, aws.Value(t.SourceEndpointArn))
			d.Relate(estate.RoutesTo, aws.Value(t.TargetEndpointArn))
			found(d)
		}
	}
	return nil
}

// maxSettings bounds how long a task's settings may be.
const maxSettings = 1 << 20

// taskLogging reads the settings of a task. What is no JSON says nothing, as a task
// without settings does: DMS writes no log unless told to.
func taskLogging(t types.ReplicationTask) TaskLogging {
	var settings struct {
		Logging struct {
			EnableLogging bool
			LogComponents []struct{ ID, Severity string }
		}
	}
	text := aws.Value(t.ReplicationTaskSettings)
	if len(text) > maxSettings || json.Unmarshal([]byte(text), &settings) != nil {
		return TaskLogging{}
	}
	logging := TaskLogging{Enabled: settings.Logging.EnableLogging, Severities: map[string]string{}}
	for _, c := range settings.Logging.LogComponents {
		logging.Severities[c.ID] = c.Severity
	}
	return logging
}
