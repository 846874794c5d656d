package logs

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Group is a log group of CloudWatch.
type Group struct {
	// RetentionDays is how long events are kept; 0 for ever.
	RetentionDays int `json:"retention_days"`
	// KMSKey is the ARN of the key of KMS; empty when CloudWatch encrypts it with a key
	// of its own.
	KMSKey string `json:"kms_key"`
	// StoredBytes is how much it holds, as of some hours ago.
	StoredBytes int `json:"stored_bytes"`
	// Class is STANDARD, INFREQUENT_ACCESS or DELIVERY.
	Class string `json:"class"`
	// MasksData is whether a policy of the group or of the account masks sensitive text.
	MasksData bool `json:"masks_data"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// MetricFilters is how many metric filters watch it.
	MetricFilters int `json:"metric_filters"`
}

var group = source.Type[*aws.Session, Group]{
	Name:       "aws_cloudwatch_log_group",
	Service:    "logs",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeLogGroups", Permission: "logs:DescribeLogGroups"},
	},
	Refresh: []string{
		"CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy", "AssociateKmsKey", "DisassociateKmsKey",
		"PutDataProtectionPolicy", "DeleteDataProtectionPolicy", "PutLogGroupDeletionProtection", "PutMetricFilter", "DeleteMetricFilter",
	},
	List: listGroups,
	Facets: func(d *source.Draft[Group]) {
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
	},
}

func listGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[Group])) error {
	pages := sdk.NewDescribeLogGroupsPaginator(client(s), &sdk.DescribeLogGroupsInput{Limit: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.LogGroups {
			found(draftGroup(s, g))
		}
	}
	return nil
}

func draftGroup(s *aws.Session, g types.LogGroup) *source.Draft[Group] {
	name := aws.Value(g.LogGroupName)
	d := &source.Draft[Group]{ID: groupARN(s, name), Name: name}
	if g.CreationTime != nil {
		d.Created = time.UnixMilli(*g.CreationTime)
	}
	d.Config = Group{
		RetentionDays: int(aws.Value(g.RetentionInDays)), KMSKey: aws.Value(g.KmsKeyId), StoredBytes: int(aws.Value(g.StoredBytes)),
		Class: string(g.LogGroupClass), DeletionProtection: aws.Value(g.DeletionProtectionEnabled),
		MetricFilters: int(aws.Value(g.MetricFilterCount)),
		MasksData: g.DataProtectionStatus == types.DataProtectionStatusActivated ||
			slices.Contains(g.InheritedProperties, types.InheritedPropertyAccountDataProtection),
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	return d
}
