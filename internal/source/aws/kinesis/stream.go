package kinesis

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Stream is a stream of records that consumers read in order.
type Stream struct {
	// Status is ACTIVE when it can be used.
	Status string `json:"status"`
	// OnDemand is whether capacity follows the load by itself.
	OnDemand bool `json:"on_demand"`
	// Settings are what only the stream itself tells.
	Settings Settings `json:"settings"`
	// Policy is the resource policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

// Settings are what only the stream itself tells.
type Settings struct {
	// Encrypted is whether records are encrypted with a KMS key.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the key as it was named; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// RetentionHours is how long records are kept.
	RetentionHours int `json:"retention_hours"`
	// Consumers is how many consumers have a channel of their own.
	Consumers int `json:"consumers"`
}

var stream = source.Type[*aws.Session, Stream]{
	Name:     "aws_kinesis_stream",
	Service:  "kinesis",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListStreams", Permission: "kinesis:ListStreams"},
		{Op: "DescribeStreamSummary", Permission: "kinesis:DescribeStreamSummary", Fills: []string{"settings"}},
		{Op: "GetResourcePolicy", Permission: "kinesis:GetResourcePolicy", Fills: []string{"policy"}},
		{Op: "ListTagsForStream", Permission: "kinesis:ListTagsForStream", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateStream", "DeleteStream", "StartStreamEncryption", "StopStreamEncryption", "IncreaseStreamRetentionPeriod",
		"DecreaseStreamRetentionPeriod", "PutResourcePolicy", "DeleteResourcePolicy", "AddTagsToStream", "RemoveTagsFromStream", "UpdateStreamMode",
	},
	Gone:   []string{"ResourceNotFoundException"},
	List:   listStreams,
	Detail: readStream,
	Facets: streamFacets,
}

func listStreams(ctx context.Context, s *aws.Session, found func(*source.Draft[Stream])) error {
	limit := int32(1000)
	pages := sdk.NewListStreamsPaginator(client(s), &sdk.ListStreamsInput{Limit: &limit})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, n := range page.StreamSummaries {
			d := &source.Draft[Stream]{ID: aws.Value(n.StreamARN), Name: aws.Value(n.StreamName), Created: aws.Value(n.StreamCreationTimestamp).In(time.UTC)}
			d.Config.Status = string(n.StreamStatus)
			d.Config.OnDemand = n.StreamModeDetails != nil && n.StreamModeDetails.StreamMode == types.StreamModeOnDemand
			found(d)
		}
	}
	return nil
}

func readStream(ctx context.Context, s *aws.Session, d *source.Draft[Stream]) error {
	d.Try("settings", func() error {
		out, err := client(s).DescribeStreamSummary(ctx, &sdk.DescribeStreamSummaryInput{StreamARN: &d.ID})
		if err == nil && out.StreamDescriptionSummary != nil {
			n := out.StreamDescriptionSummary
			d.Config.Settings = Settings{
				Encrypted: n.EncryptionType == types.EncryptionTypeKms, KMSKey: aws.Value(n.KeyId),
				RetentionHours: int(aws.Value(n.RetentionPeriodHours)), Consumers: int(aws.Value(n.ConsumerCount)),
			}
		}
		return err
	})
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.Settings.KMSKey))
	d.Try("policy", func() error {
		out, err := client(s).GetResourcePolicy(ctx, &sdk.GetResourcePolicyInput{ResourceARN: &d.ID})
		if err != nil {
			return aws.Absent(err, "ResourceNotFoundException")
		}
		if text := strings.TrimSpace(aws.Value(out.Policy)); text != "" && text != "{}" {
			d.Config.Policy, err = policydoc.Parse(text)
		}
		return err
	})
	d.Try("tags", func() (err error) {
		d.Tags, err = tags(ctx, s, d.ID)
		return err
	})
	return nil
}

func tags(ctx context.Context, s *aws.Session, arn string) (map[string]string, error) {
	var list []types.Tag
	limit := int32(50)
	in := &sdk.ListTagsForStreamInput{StreamARN: &arn, Limit: &limit}
	for {
		out, err := client(s).ListTagsForStream(ctx, in)
		if err != nil {
			return nil, err
		}
		list = append(list, out.Tags...)
		if !aws.Value(out.HasMoreTags) || len(out.Tags) == 0 {
			return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value }), nil
		}
		in.ExclusiveStartTagKey = out.Tags[len(out.Tags)-1].Key
	}
}

func streamFacets(d *source.Draft[Stream]) {
	c := d.Config
	own := c.Settings.KMSKey != "" && !strings.HasSuffix(c.Settings.KMSKey, "alias/aws/kinesis")
	encryption := facet.Encryption{AtRest: d.Tri("settings", c.Settings.Encrypted), CustomerKey: d.Tri("settings", own), InTransit: estate.Yes}
	if own {
		encryption.KeyID = c.Settings.KMSKey
	}
	d.Offer(encryption)
	d.Offer(facet.DataStore{Kind: "stream", Versioned: estate.No, PasswordLogin: estate.No})
	d.OfferPolicy("policy", c.Policy)
}
