package rds

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EventSubscription tells a topic of events of databases.
type EventSubscription struct {
	// Enabled is whether it tells anything.
	Enabled bool `json:"enabled"`
	// Topic is the ARN of the SNS topic.
	Topic string `json:"topic"`
	// SourceType is db-instance, db-cluster, db-parameter-group, db-security-group,
	// db-snapshot, db-cluster-snapshot or db-proxy; empty means all of them.
	SourceType string `json:"source_type"`
	// SourceIDs are the names of what it is about; empty means all of the source type.
	SourceIDs []string `json:"source_ids"`
	// Categories are the kinds of events, such as failure; empty means all.
	Categories []string `json:"categories"`
}

var eventSubscription = source.Type[*aws.Session, EventSubscription]{
	Name:       "aws_db_event_subscription",
	Service:    "rds",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeEventSubscriptions", Permission: "rds:DescribeEventSubscriptions"},
	},
	Refresh: []string{"CreateEventSubscription", "DeleteEventSubscription", "ModifyEventSubscription", "AddSourceIdentifierToSubscription", "RemoveSourceIdentifierFromSubscription"},
	List:    listEventSubscriptions,
}

func listEventSubscriptions(ctx context.Context, s *aws.Session, found func(*source.Draft[EventSubscription])) error {
	pages := sdk.NewDescribeEventSubscriptionsPaginator(client(s), &sdk.DescribeEventSubscriptionsInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, e := range page.EventSubscriptionsList {
			name := aws.Value(e.CustSubscriptionId)
			d := &source.Draft[EventSubscription]{ID: s.ARN("rds", "es:"+name), Name: name}
			d.Config = EventSubscription{
				Enabled: aws.Value(e.Enabled), Topic: aws.Value(e.SnsTopicArn), SourceType: aws.Value(e.SourceType),
				SourceIDs: e.SourceIdsList, Categories: e.EventCategoriesList,
			}
			d.Relate(estate.Triggers, d.Config.Topic)
			found(d)
		}
	}
	return nil
}
