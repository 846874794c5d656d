package cloudtrail

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// EventDataStore keeps events in CloudTrail Lake, where they can be asked for with SQL.
type EventDataStore struct {
	// Status is ENABLED while it takes in events, STOPPED_INGESTION when it does not, or
	// PENDING_DELETION.
	Status string `json:"status"`
	// MultiRegion is whether it keeps the events of all regions.
	MultiRegion bool `json:"multi_region"`
	// Organization is whether it keeps the events of all accounts of the organisation.
	Organization bool `json:"organization"`
	// KMSKey is the ARN of the key of KMS; empty when CloudTrail encrypts it with a key of
	// its own.
	KMSKey string `json:"kms_key"`
	// RetentionDays is how long events are kept.
	RetentionDays int `json:"retention_days"`
	// TerminationProtection is whether deleting takes a second step.
	TerminationProtection bool `json:"termination_protection"`
	// FederationRole is the role with which Athena reads it; empty when Athena does not.
	FederationRole string `json:"federation_role"`
	// Events are the events it keeps.
	Events Events `json:"events"`
}

// storeSettings are the fields that GetEventDataStore fills.
var storeSettings = []string{
	"status", "multi_region", "organization", "kms_key", "retention_days", "termination_protection", "federation_role",
	"events", "created",
}

var eventDataStore = source.Type[*aws.Session, EventDataStore]{
	Name:       "aws_cloudtrail_event_data_store",
	Service:    "cloudtrail",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "ListEventDataStores", Permission: "cloudtrail:ListEventDataStores"},
		{Op: "GetEventDataStore", Permission: "cloudtrail:GetEventDataStore", Fills: storeSettings},
	},
	Refresh: []string{
		"CreateEventDataStore", "UpdateEventDataStore", "DeleteEventDataStore", "RestoreEventDataStore", "StartEventDataStoreIngestion",
		"StopEventDataStoreIngestion", "EnableFederation", "DisableFederation",
	},
	Gone: []string{"EventDataStoreNotFoundException"},
	List: listEventDataStores,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[EventDataStore]) error {
		d.Try(storeSettings[0], func() error { return readEventDataStore(ctx, s, d) }, storeSettings[1:]...)
		return nil
	},
	Facets: func(d *source.Draft[EventDataStore]) {
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
	},
}

func listEventDataStores(ctx context.Context, s *aws.Session, found func(*source.Draft[EventDataStore])) error {
	size := int32(1000)
	pages := sdk.NewListEventDataStoresPaginator(client(s), &sdk.ListEventDataStoresInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, e := range page.EventDataStores {
			if arn := aws.Value(e.EventDataStoreArn); account(arn) == s.Account {
				found(&source.Draft[EventDataStore]{ID: arn, Name: aws.Value(e.Name)})
			}
		}
	}
	return nil
}

func readEventDataStore(ctx context.Context, s *aws.Session, d *source.Draft[EventDataStore]) error {
	out, err := client(s).GetEventDataStore(ctx, &sdk.GetEventDataStoreInput{EventDataStore: &d.ID})
	if err != nil {
		return err
	}
	d.Created = aws.Value(out.CreatedTimestamp)
	d.Config = EventDataStore{
		Status: string(out.Status), MultiRegion: aws.Value(out.MultiRegionEnabled), Organization: aws.Value(out.OrganizationEnabled),
		KMSKey: aws.Value(out.KmsKeyId), RetentionDays: int(aws.Value(out.RetentionPeriod)),
		TerminationProtection: aws.Value(out.TerminationProtectionEnabled), Events: advanced(out.AdvancedEventSelectors),
	}
	if out.FederationStatus == types.FederationStatusEnabled || out.FederationStatus == types.FederationStatusEnabling {
		d.Config.FederationRole = aws.Value(out.FederationRoleArn)
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	d.Relate(estate.RunsAs, d.Config.FederationRole)
	return nil
}
