package eventbridge

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Bus is an EventBridge event bus: where events come in and rules listen.
type Bus struct {
	// Default is whether it is the bus that every region has, to which AWS services send.
	Default bool `json:"default"`
	// Policy is who may send events or make rules besides the identities of its own account;
	// absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// KMSKey is the key for events at rest, as it was given; empty for the key of AWS.
	KMSKey string `json:"kms_key"`
	// DeadLetter is the queue for events that could not be decrypted or delivered to it; empty
	// when they are dropped.
	DeadLetter string `json:"dead_letter"`
	// LogLevel is how much of its work is written down: OFF, ERROR, INFO or TRACE; empty when
	// it was never set, which acts as OFF.
	LogLevel string `json:"log_level"`

	policy string
}

var bus = source.Type[*aws.Session, Bus]{
	Name:     "aws_cloudwatch_event_bus",
	Service:  "eventbridge",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListEventBuses", Permission: "events:ListEventBuses"},
		{Op: "DescribeEventBus", Permission: "events:DescribeEventBus", Fills: []string{"kms_key", "dead_letter", "log_level"}},
		{Op: "ListTagsForResource", Permission: "events:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateEventBus", "UpdateEventBus", "DeleteEventBus", "PutPermission", "RemovePermission", "TagResource", "UntagResource"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listBuses,
	Detail:  readBus,
	Facets:  busFacets,
}

// buses returns the event buses of the region. The SDK has no paginator for it.
func buses(ctx context.Context, s *aws.Session) ([]types.EventBus, error) {
	return aws.Shared(s, "eventbridge buses", func() (all []types.EventBus, err error) {
		size := int32(100)
		err = aws.Pages(func(token *string) (*string, error) {
			out, err := client(s).ListEventBuses(ctx, &sdk.ListEventBusesInput{Limit: &size, NextToken: token})
			if err != nil {
				return nil, err
			}
			all = append(all, out.EventBuses...)
			return out.NextToken, nil
		})
		return all, err
	})
}

func listBuses(ctx context.Context, s *aws.Session, found func(*source.Draft[Bus])) error {
	all, err := buses(ctx, s)
	if err != nil {
		return err
	}
	for _, b := range all {
		d := &source.Draft[Bus]{ID: aws.Value(b.Arn), Name: aws.Value(b.Name), Created: aws.Value(b.CreationTime).In(time.UTC)}
		d.Config.Default = d.Name == "default"
		d.Config.policy = aws.Value(b.Policy)
		found(d)
	}
	return nil
}

func readBus(ctx context.Context, s *aws.Session, d *source.Draft[Bus]) error {
	d.Try("policy", func() (err error) {
		if d.Config.policy != "" {
			d.Config.Policy, err = policydoc.Parse(d.Config.policy)
		}
		return err
	})
	d.Try("kms_key", func() error {
		out, err := client(s).DescribeEventBus(ctx, &sdk.DescribeEventBusInput{Name: &d.Name})
		if err != nil {
			return err
		}
		d.Config.KMSKey = aws.Value(out.KmsKeyIdentifier)
		if out.DeadLetterConfig != nil {
			d.Config.DeadLetter = aws.Value(out.DeadLetterConfig.Arn)
		}
		if out.LogConfig != nil {
			d.Config.LogLevel = string(out.LogConfig.Level)
		}
		return nil
	}, "dead_letter", "log_level")
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceARN: &d.ID})
		if err != nil {
			return err
		}
		d.Tags = tags(out.Tags)
		return nil
	})
	return nil
}

func busFacets(d *source.Draft[Bus]) {
	c := d.Config
	key := kms.KeyBeside(d.ID, c.KMSKey)
	d.Relate(estate.EncryptedBy, key)
	d.Relate(estate.RoutesTo, c.DeadLetter)
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", c.KMSKey != ""), KeyID: key, InTransit: estate.Yes})
	d.OfferPolicy("policy", c.Policy)
}
