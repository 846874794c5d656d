package sqs

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Queue is an SQS queue with who may use it and what becomes of its messages.
type Queue struct {
	// Policy is who may use it besides the identities of its own account; absent when
	// there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// KMSKey is the key of KMS for messages at rest, as it was given: id, ARN or alias;
	// empty when none is used.
	KMSKey string `json:"kms_key"`
	// ManagedEncryption is whether messages are encrypted with keys that SQS keeps. It is
	// off when a key of KMS is used.
	ManagedEncryption bool `json:"managed_encryption"`
	// FIFO is whether messages keep their order.
	FIFO bool `json:"fifo"`
	// RetentionSeconds is how long a message waits before it is dropped.
	RetentionSeconds int `json:"retention_seconds"`
	// VisibilityTimeoutSeconds is how long a message that was handed out is hidden.
	VisibilityTimeoutSeconds int `json:"visibility_timeout_seconds"`
	// DeadLetter is the queue for messages that could not be worked off; empty when there
	// is none.
	DeadLetter string `json:"dead_letter"`
	// MaxReceives is how often a message is handed out before it goes to the dead-letter
	// queue; 0 when there is none.
	MaxReceives int `json:"max_receives"`

	url string
}

// attributes are the fields that GetQueueAttributes fills.
var attributes = []string{"policy", "kms_key", "managed_encryption", "fifo", "retention_seconds", "visibility_timeout_seconds", "dead_letter", "max_receives", "created"}

var queue = source.Type[*aws.Session, Queue]{
	Name:     "aws_sqs_queue",
	Service:  "sqs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListQueues", Permission: "sqs:ListQueues"},
		{Op: "GetQueueAttributes", Permission: "sqs:GetQueueAttributes", Fills: attributes},
		{Op: "ListQueueTags", Permission: "sqs:ListQueueTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateQueue", "DeleteQueue", "SetQueueAttributes", "AddPermission", "RemovePermission", "TagQueue", "UntagQueue"},
	Gone:    []string{"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"},
	List:    listQueues,
	Detail:  readQueue,
	Facets:  queueFacets,
}

// listQueues asks for a page size, without which SQS names the first thousand only.
func listQueues(ctx context.Context, s *aws.Session, found func(*source.Draft[Queue])) error {
	size := int32(1000)
	pages := sdk.NewListQueuesPaginator(client(s), &sdk.ListQueuesInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, url := range page.QueueUrls {
			name := url[strings.LastIndex(url, "/")+1:]
			d := &source.Draft[Queue]{ID: s.ARN("sqs", name), Name: name}
			d.Config.url = url
			found(d)
		}
	}
	return nil
}

func readQueue(ctx context.Context, s *aws.Session, d *source.Draft[Queue]) error {
	d.Try(attributes[0], func() error { return readAttributes(ctx, s, d) }, attributes[1:]...)
	d.Try("tags", func() error {
		out, err := client(s).ListQueueTags(ctx, &sdk.ListQueueTagsInput{QueueUrl: &d.Config.url})
		if err != nil {
			return err
		}
		d.Tags = out.Tags
		return nil
	})
	return nil
}
