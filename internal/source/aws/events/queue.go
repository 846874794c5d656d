package events

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"github.com/stance-sec/stance/internal/estate"
)

// Options say how the queue is reached.
type Options struct {
	// Queue is its URL, https://sqs.<region>.amazonaws.com/<account>/<name>.
	Queue string
	// Profile is a profile of the shared configuration files, apart from the scanner's.
	Profile string
	// Role is the ARN of a role to take for the queue; empty for none.
	Role string
	// ExternalID is sent when the role is taken.
	ExternalID string
	// Region is the queue's; empty takes it from the address, or the environment.
	Region string
	// Endpoint is an address to speak to instead of AWS.
	Endpoint string
}

// Queue is one queue. It may be used concurrently, and by any number of readers.
type Queue struct {
	url    string
	client *sqs.Client
}

// allowed are the only requests that the client sends.
var allowed = map[string]bool{"ReceiveMessage": true, "DeleteMessageBatch": true, "ChangeMessageVisibilityBatch": true, "GetQueueAttributes": true, "AssumeRole": true}

// onlyAllowed refuses every other request before it leaves the process.
var onlyAllowed = middleware.InitializeMiddlewareFunc("StanceOnlyQueue", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	if op := middleware.GetOperationName(ctx); !allowed[op] {
		return middleware.InitializeOutput{}, middleware.Metadata{}, estate.Errorf(estate.CodeInternal, "call "+op, "the event reader only takes messages")
	}
	return next.HandleInitialize(ctx, in)
})

// wait is how long SQS holds a request when there is no message: the longest it does.
const wait = 20 * time.Second

// Open finds credentials for the queue. It asks nothing of the queue yet.
func Open(ctx context.Context, o Options) (*Queue, error) {
	address, err := url.Parse(o.Queue)
	if err != nil || (address.Scheme != "https" && address.Scheme != "http") || address.Host == "" || strings.Count(strings.Trim(address.Path, "/"), "/") != 1 {
		return nil, estate.Errorf(estate.CodeInvalid, "open the event queue", "%q is no address of a queue", o.Queue).
			WithHint("it looks like https://sqs.eu-west-1.amazonaws.com/123456789012/stance-events")
	}
	cfg, err := load(ctx, o, address.Hostname())
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnauthorized, "load the AWS configuration of the event queue", "%w", err)
	}
	if o.Role != "" {
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), o.Role, func(a *stscreds.AssumeRoleOptions) {
			a.RoleSessionName = "stance-events"
			if o.ExternalID != "" {
				a.ExternalID = &o.ExternalID
			}
		}))
	}
	return &Queue{url: o.Queue, client: sqs.NewFromConfig(cfg)}, nil
}

func load(ctx context.Context, o Options, host string) (aws.Config, error) {
	with := []func(*config.LoadOptions) error{
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(wait + 20*time.Second)),
		config.WithLogger(logging.Nop{}),
		config.WithRetryer(func() aws.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), 2) }),
		config.WithAPIOptions([]func(*middleware.Stack) error{func(s *middleware.Stack) error { return s.Initialize.Add(onlyAllowed, middleware.Before) }}),
	}
	if o.Profile != "" {
		with = append(with, config.WithSharedConfigProfile(o.Profile))
	}
	region := o.Region
	if parts := strings.Split(host, "."); region == "" && len(parts) >= 4 && parts[0] == "sqs" {
		region = parts[1]
	}
	if region != "" {
		with = append(with, config.WithRegion(region))
	}
	cfg, err := config.LoadDefaultConfig(ctx, with...)
	if o.Endpoint != "" {
		cfg.BaseEndpoint = &o.Endpoint
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	return cfg, err
}

// Depth returns how many messages wait in the queue, and how many are held by readers,
// both approximately.
func (q *Queue) Depth(ctx context.Context) (waiting, held int, err error) {
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	}})
	if err != nil {
		return 0, 0, err
	}
	if waiting, err = strconv.Atoi(out.Attributes["ApproximateNumberOfMessages"]); err != nil {
		return 0, 0, err
	}
	held, err = strconv.Atoi(out.Attributes["ApproximateNumberOfMessagesNotVisible"])
	return waiting, held, err
}
