package sns

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Topic is an SNS topic with who may publish or subscribe and where messages go.
type Topic struct {
	// Policy is who may use it; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// KMSKey is the key of KMS for messages at rest, as it was given: id, ARN or alias;
	// empty when SNS encrypts its disks only.
	KMSKey string `json:"kms_key"`
	// FIFO is whether messages keep their order.
	FIFO bool `json:"fifo"`
	// SignatureVersion is the way in which SNS signs messages: 1 uses SHA1, 2 uses SHA256.
	SignatureVersion string `json:"signature_version"`
	// DeliveryLogs are the protocols whose deliveries are logged when they fail: http, sqs,
	// lambda, firehose, application.
	DeliveryLogs []string `json:"delivery_logs"`
	// Subscriptions are where messages go.
	Subscriptions []Subscription `json:"subscriptions"`
}

// Subscription is a receiver of a topic's messages.
type Subscription struct {
	// Protocol is sqs, lambda, firehose, http, https, email, email-json, sms or application.
	Protocol string `json:"protocol"`
	// Endpoint is the receiver's ARN; empty for what has none, whose address may be
	// personal.
	Endpoint string `json:"endpoint"`
	// Owner is the account that subscribed.
	Owner string `json:"owner"`
	// Confirmed is whether the receiver agreed; nothing is sent before.
	Confirmed bool `json:"confirmed"`
}

// attributes are the fields that GetTopicAttributes fills.
var attributes = []string{"policy", "kms_key", "fifo", "signature_version", "delivery_logs"}

var topic = source.Type[*aws.Session, Topic]{
	Name:     "aws_sns_topic",
	Service:  "sns",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListTopics", Permission: "sns:ListTopics"},
		{Op: "GetTopicAttributes", Permission: "sns:GetTopicAttributes", Fills: attributes},
		{Op: "ListSubscriptions", Permission: "sns:ListSubscriptions", Fills: []string{"subscriptions"}},
		{Op: "ListTagsForResource", Permission: "sns:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateTopic", "DeleteTopic", "SetTopicAttributes", "AddPermission", "RemovePermission",
		"Subscribe", "ConfirmSubscription", "Unsubscribe", "TagResource", "UntagResource",
	},
	Gone:   []string{"NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"},
	List:   listTopics,
	Detail: readTopic,
	Facets: topicFacets,
}

func listTopics(ctx context.Context, s *aws.Session, found func(*source.Draft[Topic])) error {
	pages := sdk.NewListTopicsPaginator(client(s), &sdk.ListTopicsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, t := range page.Topics {
			found(&source.Draft[Topic]{ID: aws.Value(t.TopicArn)})
		}
	}
	return nil
}

func readTopic(ctx context.Context, s *aws.Session, d *source.Draft[Topic]) error {
	d.Try(attributes[0], func() error { return readAttributes(ctx, s, d) }, attributes[1:]...)
	d.Try("subscriptions", func() error {
		all, err := subscriptions(ctx, s)
		d.Config.Subscriptions = all[d.ID]
		return err
	})
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: &d.ID})
		if err != nil {
			return err
		}
		d.Tags = tags(out.Tags)
		return nil
	})
	return nil
}
