package configservice

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Recorder is what AWS Config records in one region. There is one for every region,
// also where Config was never set up.
type Recorder struct {
	// Recorder is the customer's recorder; absent when there is none. What services of
	// AWS record for themselves does not count.
	Recorder *Settings `json:"recorder,omitempty"`
	// Status is whether it records now.
	Status Status `json:"status"`
	// Delivery is where records go; absent when nowhere.
	Delivery *Delivery `json:"delivery,omitempty"`
	// DeliveryStatus is whether records arrive.
	DeliveryStatus DeliveryStatus `json:"delivery_status"`
}

// Settings are what a recorder is told to record.
type Settings struct {
	// Name is the recorder's name.
	Name string `json:"name"`
	// Role is the ARN of the role it reads resources with.
	Role string `json:"role"`
	// AllTypes is whether it records every type of resource that Config knows, also
	// those to come; types without a region are GlobalTypes' business.
	AllTypes bool `json:"all_types"`
	// GlobalTypes is whether it records users, groups, roles and policies of IAM.
	GlobalTypes bool `json:"global_types"`
	// Types are the types it is limited to, such as AWS::S3::Bucket; empty when it is
	// not limited.
	Types []string `json:"types"`
	// ExcludedTypes are the types it leaves out.
	ExcludedTypes []string `json:"excluded_types"`
	// Frequency is CONTINUOUS, or DAILY when changes are summed up once a day.
	Frequency string `json:"frequency"`
}

// Status is what a recorder does now.
type Status struct {
	// Recording is whether it is switched on.
	Recording bool `json:"recording"`
	// LastStatus is Success, Failure, Pending or NotApplicable; empty when it never ran.
	LastStatus string `json:"last_status"`
	// Error is the code of why the last recording failed; empty when it did not.
	Error string `json:"error"`
}

// Delivery is where records go.
type Delivery struct {
	// Bucket is the name of the bucket.
	Bucket string `json:"bucket"`
	// KMSKey is the ARN of the key that encrypts what is put there; empty when the
	// bucket decides.
	KMSKey string `json:"kms_key"`
	// Topic is the ARN of the topic told of changes; empty when none is.
	Topic string `json:"topic"`
}

// DeliveryStatus is whether records arrive.
type DeliveryStatus struct {
	// HistoryError is the code of why the last history did not reach the bucket; empty
	// when it did.
	HistoryError string `json:"history_error"`
	// StreamError is the code of why the last notice did not reach the topic; empty when
	// it did.
	StreamError string `json:"stream_error"`
}

var recorder = source.Type[*aws.Session, Recorder]{
	Name:       "aws_config_configuration_recorder",
	Service:    "configservice",
	Locality:   source.Regional,
	TagsUntold: true,
	Always:     true,
	Calls: []source.Call{
		{Op: "DescribeConfigurationRecorders", Permission: "config:DescribeConfigurationRecorders", Fills: []string{"recorder"}},
		{Op: "DescribeConfigurationRecorderStatus", Permission: "config:DescribeConfigurationRecorderStatus", Fills: []string{"status"}},
		{Op: "DescribeDeliveryChannels", Permission: "config:DescribeDeliveryChannels", Fills: []string{"delivery"}},
		{Op: "DescribeDeliveryChannelStatus", Permission: "config:DescribeDeliveryChannelStatus", Fills: []string{"delivery_status"}},
	},
	Refresh: []string{
		"PutConfigurationRecorder", "DeleteConfigurationRecorder", "StartConfigurationRecorder", "StopConfigurationRecorder",
		"PutDeliveryChannel", "DeleteDeliveryChannel",
	},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Recorder])) error {
		found(&source.Draft[Recorder]{ID: s.ARN("config", "recorder"), Name: s.Region})
		return nil
	},
	Detail: readRecorder,
}

func readRecorder(ctx context.Context, s *aws.Session, d *source.Draft[Recorder]) error {
	r := reader{ctx: ctx, client: client(s), into: &d.Config}
	d.Try("recorder", r.recorder)
	d.Try("status", r.status)
	d.Try("delivery", r.delivery)
	d.Try("delivery_status", r.deliveryStatus)
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	if c := d.Config.Recorder; c != nil {
		d.Relate(estate.RunsAs, c.Role)
	}
	if c := d.Config.Delivery; c != nil {
		d.Relate(estate.EncryptedBy, c.KMSKey)
		d.Relate(estate.Triggers, c.Topic)
		if c.Bucket != "" {
			d.Relate(estate.LogsTo, "arn:"+s.Partition+":s3:::"+c.Bucket)
		}
	}
	return nil
}

// identityTypes are the types of IAM that one switch adds to all regional types.
var identityTypes = []types.ResourceType{
	types.ResourceTypeUser, types.ResourceTypeGroup, types.ResourceTypeRole, types.ResourceTypePolicy,
}

// settings returns what the customer's recorder records. A group of settings may
// come without the strategy, as it was before there was one.
func settings(c types.ConfigurationRecorder) *Settings {
	r := &Settings{Name: aws.Value(c.Name), Role: aws.Value(c.RoleARN), Frequency: string(types.RecordingFrequencyContinuous)}
	if c.RecordingMode != nil && c.RecordingMode.RecordingFrequency != "" {
		r.Frequency = string(c.RecordingMode.RecordingFrequency)
	}
	g := c.RecordingGroup
	if g == nil {
		return r
	}
	var strategy types.RecordingStrategyType
	if g.RecordingStrategy != nil {
		strategy = g.RecordingStrategy.UseOnly
	}
	switch {
	case g.AllSupported || strategy == types.RecordingStrategyTypeAllSupportedResourceTypes:
		r.AllTypes, r.GlobalTypes = true, g.IncludeGlobalResourceTypes
	case strategy == types.RecordingStrategyTypeExclusionByResourceTypes:
		var excluded []types.ResourceType
		if g.ExclusionByResourceTypes != nil {
			excluded = g.ExclusionByResourceTypes.ResourceTypes
		}
		r.ExcludedTypes = aws.Texts(excluded)
		r.GlobalTypes = !slices.ContainsFunc(identityTypes, func(t types.ResourceType) bool { return slices.Contains(excluded, t) })
	default:
		r.Types = aws.Texts(g.ResourceTypes)
		r.GlobalTypes = !slices.ContainsFunc(identityTypes, func(t types.ResourceType) bool { return !slices.Contains(g.ResourceTypes, t) })
	}
	return r
}
