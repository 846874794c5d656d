package cloudtrail

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Trail writes down who called which API. The trail of an organisation is listed in
// each of its accounts, there under an id with that account's number, because it
// records the account's calls as well.
type Trail struct {
	// Owner is the account that made the trail; for the trail of an organisation its
	// management account or the account it delegated to.
	Owner string `json:"owner"`
	// MultiRegion is whether it records all regions; otherwise its own only.
	MultiRegion bool `json:"multi_region"`
	// Organization is whether it records all accounts of the organisation.
	Organization bool `json:"organization"`
	// GlobalEvents is whether it records services without a region, such as IAM.
	GlobalEvents bool `json:"global_events"`
	// LogFileValidation is whether signed digests show that log files were changed or
	// deleted.
	LogFileValidation bool `json:"log_file_validation"`
	// KMSKey is the ARN of the key of KMS for log files; empty when S3 encrypts them
	// with keys of its own.
	KMSKey string `json:"kms_key"`
	// Bucket is the name of the bucket that gets the log files.
	Bucket string `json:"bucket"`
	// BucketPrefix stands before each log file's key.
	BucketPrefix string `json:"bucket_prefix"`
	// LogGroup is the ARN of the log group of CloudWatch that gets the events too; empty
	// when none does.
	LogGroup string `json:"log_group"`
	// LogRole is the role that writes to the log group; empty when there is none.
	LogRole string `json:"log_role"`
	// Topic is the ARN of the topic told of new log files; empty when none is.
	Topic string `json:"topic"`
	// Status is whether it records now and whether the records arrive.
	Status Status `json:"status"`
	// Events are the events it records.
	Events Events `json:"events"`
	// Insights are the kinds of unusual activity it looks for, such as
	// ApiCallRateInsight; empty when it looks for none.
	Insights []string `json:"insights"`
}

// Status is what a trail did lately.
type Status struct {
	// Logging is whether it records at all.
	Logging bool `json:"logging"`
	// DeliveryError is why the last log file did not reach the bucket; empty when it did.
	DeliveryError string `json:"delivery_error"`
	// DigestError is why the last digest did not reach the bucket; empty when it did.
	DigestError string `json:"digest_error"`
	// LogGroupError is why the last events did not reach the log group; empty when they
	// did.
	LogGroupError string `json:"log_group_error"`
	// Delivered is when a log file last reached the bucket; absent when none ever did.
	Delivered *time.Time `json:"delivered,omitempty"`
	// LogGroupDelivered is when events last reached the log group; absent when none ever
	// did.
	LogGroupDelivered *time.Time `json:"log_group_delivered,omitempty"`
}

// Events are the events that a trail records.
type Events struct {
	// ManagementRead is whether it records calls that read settings: all of them, but
	// for those of the excluded sources.
	ManagementRead bool `json:"management_read"`
	// ManagementWrite is whether it records calls that change settings: all of them, but
	// for those of the excluded sources.
	ManagementWrite bool `json:"management_write"`
	// ExcludedSources are the services whose management events are left out, such as
	// kms.amazonaws.com.
	ExcludedSources []string `json:"excluded_sources"`
	// Data are the uses of resources' content that it records.
	Data []DataEvents `json:"data"`
}

// DataEvents are the recorded uses of the content of one type of resource.
type DataEvents struct {
	// Type is the type as CloudTrail names it, such as AWS::S3::Object or
	// AWS::Lambda::Function.
	Type string `json:"type"`
	// Read is whether reading is recorded.
	Read bool `json:"read"`
	// Write is whether changing is recorded.
	Write bool `json:"write"`
	// All is whether it covers every resource of the type and leaves out no event.
	All bool `json:"all"`
	// Resources are the ARNs, or beginnings of ARNs, it is limited to; empty when it is
	// not limited to resources.
	Resources []string `json:"resources"`
}

var trail = source.Type[*aws.Session, Trail]{
	Name:     "aws_cloudtrail",
	Service:  "cloudtrail",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "DescribeTrails", Permission: "cloudtrail:DescribeTrails"},
		{Op: "ListTrails", Permission: "cloudtrail:ListTrails"},
		{Op: "GetTrailStatus", Permission: "cloudtrail:GetTrailStatus", Fills: []string{"status"}},
		{Op: "GetEventSelectors", Permission: "cloudtrail:GetEventSelectors", Fills: []string{"events"}},
		{Op: "GetInsightSelectors", Permission: "cloudtrail:GetInsightSelectors", Fills: []string{"insights"}},
		{Op: "ListTags", Permission: "cloudtrail:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging", "PutEventSelectors", "PutInsightSelectors",
		"AddTags", "RemoveTags",
	},
	List:   listTrails,
	Detail: readTrail,
	Facets: trailFacets,
}

// listTrails finds the trails of all regions from the home region: those that record
// it are described there, and each other one where it was made.
func listTrails(ctx context.Context, s *aws.Session, found func(*source.Draft[Trail])) error {
	seen := map[string]bool{}
	describe := func(region string, arns []string) error {
		shadows := true
		out, err := client(s).DescribeTrails(ctx, &sdk.DescribeTrailsInput{TrailNameList: arns, IncludeShadowTrails: &shadows}, in(region))
		if err != nil {
			return err
		}
		for _, t := range out.TrailList {
			if arn := aws.Value(t.TrailARN); arn != "" && !seen[arn] {
				seen[arn] = true
				found(draftTrail(s, t))
			}
		}
		return nil
	}
	if err := describe(s.Region, nil); err != nil {
		return err
	}
	others, err := otherTrails(ctx, s, seen)
	if err != nil {
		return err
	}
	for region, arns := range others {
		if err := describe(region, arns); err != nil {
			return err
		}
	}
	return nil
}

// otherTrails returns the ARNs of the trails that were not seen, by home region.
func otherTrails(ctx context.Context, s *aws.Session, seen map[string]bool) (map[string][]string, error) {
	others := map[string][]string{}
	pages := sdk.NewListTrailsPaginator(client(s), &sdk.ListTrailsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, t := range page.Trails {
			arn, region := aws.Value(t.TrailARN), aws.Value(t.HomeRegion)
			if !seen[arn] && region != "" && !slices.Contains(others[region], arn) {
				others[region] = append(others[region], arn)
			}
		}
	}
	return others, nil
}

func draftTrail(s *aws.Session, t types.Trail) *source.Draft[Trail] {
	owner := account(aws.Value(t.TrailARN))
	d := &source.Draft[Trail]{ID: aws.Value(t.TrailARN), Name: aws.Value(t.Name), Region: aws.Value(t.HomeRegion)}
	if owner != s.Account {
		d.ID = shadowARN(s, d.Region, d.Name)
	}
	d.Config = Trail{
		Owner: owner, MultiRegion: aws.Value(t.IsMultiRegionTrail), Organization: aws.Value(t.IsOrganizationTrail),
		GlobalEvents: aws.Value(t.IncludeGlobalServiceEvents), LogFileValidation: aws.Value(t.LogFileValidationEnabled),
		KMSKey: aws.Value(t.KmsKeyId), Bucket: aws.Value(t.S3BucketName), BucketPrefix: aws.Value(t.S3KeyPrefix),
		LogGroup: logGroup(aws.Value(t.CloudWatchLogsLogGroupArn)), LogRole: aws.Value(t.CloudWatchLogsRoleArn),
		Topic: aws.Value(t.SnsTopicARN),
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	d.Relate(estate.LogsTo, bucketARN(s, d.Config.Bucket))
	d.Relate(estate.LogsTo, d.Config.LogGroup)
	d.Relate(estate.RunsAs, d.Config.LogRole)
	d.Relate(estate.Triggers, d.Config.Topic)
	if owner != s.Account {
		d.Relate(estate.SourcedFrom, aws.Value(t.TrailARN))
	}
	return d
}
