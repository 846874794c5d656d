package firehose

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/firehose"
	"github.com/aws/aws-sdk-go-v2/service/firehose/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// DeliveryStream takes records and delivers them to a store.
type DeliveryStream struct {
	// Settings are what the stream says of itself.
	Settings Settings `json:"settings"`
}

// Settings are what a delivery stream says of itself.
type Settings struct {
	// Status is ACTIVE when it can be used.
	Status string `json:"status"`
	// Kind is DirectPut, KinesisStreamAsSource, MSKAsSource or DatabaseAsSource.
	Kind string `json:"kind"`
	// Source is the ARN of the stream or cluster that it reads; empty for DirectPut.
	Source string `json:"source"`
	// Encrypted is whether records are encrypted while it holds them. When it reads a
	// Kinesis stream, that stream's encryption decides, and this is false.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty for a key that AWS owns.
	KMSKey string `json:"kms_key"`
	// Bucket is the ARN of the bucket it delivers to, or keeps what it could not
	// deliver in; empty when it has none.
	Bucket string `json:"bucket"`
}

var deliveryStream = source.Type[*aws.Session, DeliveryStream]{
	Name:     "aws_kinesis_firehose_delivery_stream",
	Service:  "firehose",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListDeliveryStreams", Permission: "firehose:ListDeliveryStreams"},
		{Op: "DescribeDeliveryStream", Permission: "firehose:DescribeDeliveryStream", Fills: []string{"settings", "created"}},
		{Op: "ListTagsForDeliveryStream", Permission: "firehose:ListTagsForDeliveryStream", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateDeliveryStream", "DeleteDeliveryStream", "StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption",
		"UpdateDestination", "TagDeliveryStream", "UntagDeliveryStream",
	},
	Gone:   []string{"ResourceNotFoundException"},
	List:   listDeliveryStreams,
	Detail: readDeliveryStream,
	Facets: func(d *source.Draft[DeliveryStream]) {
		c := d.Config.Settings
		d.Relate(estate.EncryptedBy, c.KMSKey)
		atRest := d.Tri("settings", c.Encrypted)
		if c.Kind == string(types.DeliveryStreamTypeKinesisStreamAsSource) {
			atRest = estate.Maybe // the source decides
		}
		customer := estate.Maybe // the ARN of a key does not tell whose it is
		if c.KMSKey == "" {
			customer = d.Tri("settings", false)
		}
		d.Offer(facet.Encryption{AtRest: atRest, CustomerKey: customer, KeyID: c.KMSKey, InTransit: estate.Yes})
	},
}

// listDeliveryStreams goes on after the last name, as the service hands out no token.
func listDeliveryStreams(ctx context.Context, s *aws.Session, found func(*source.Draft[DeliveryStream])) error {
	limit := int32(10000)
	in := &sdk.ListDeliveryStreamsInput{Limit: &limit}
	for {
		out, err := client(s).ListDeliveryStreams(ctx, in)
		if err != nil {
			return err
		}
		for _, name := range out.DeliveryStreamNames {
			found(&source.Draft[DeliveryStream]{ID: s.ARN("firehose", "deliverystream/"+name), Name: name})
		}
		if !aws.Value(out.HasMoreDeliveryStreams) {
			return nil
		}
		if len(out.DeliveryStreamNames) == 0 {
			return estate.Errorf(estate.CodeInvalid, "list delivery streams", "an empty page claims that there is more")
		}
		in.ExclusiveStartDeliveryStreamName = &out.DeliveryStreamNames[len(out.DeliveryStreamNames)-1]
	}
}

func readDeliveryStream(ctx context.Context, s *aws.Session, d *source.Draft[DeliveryStream]) error {
	d.Try("settings", func() error {
		out, err := client(s).DescribeDeliveryStream(ctx, &sdk.DescribeDeliveryStreamInput{DeliveryStreamName: &d.Name})
		if err == nil && out.DeliveryStreamDescription != nil {
			d.Config.Settings = settings(*out.DeliveryStreamDescription)
			d.Created = aws.Value(out.DeliveryStreamDescription.CreateTimestamp).In(time.UTC)
			d.Relate(estate.SourcedFrom, d.Config.Settings.Source)
			d.Relate(estate.RoutesTo, d.Config.Settings.Bucket)
		}
		return err
	}, "created")
	d.Try("tags", func() error {
		limit := int32(50)
		out, err := client(s).ListTagsForDeliveryStream(ctx, &sdk.ListTagsForDeliveryStreamInput{DeliveryStreamName: &d.Name, Limit: &limit})
		if err == nil {
			d.Tags = aws.Tags(out.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
		}
		return err
	})
	return nil
}

func settings(n types.DeliveryStreamDescription) Settings {
	c := Settings{Status: string(n.DeliveryStreamStatus), Kind: string(n.DeliveryStreamType)}
	if e := n.DeliveryStreamEncryptionConfiguration; e != nil {
		c.Encrypted, c.KMSKey = e.Status == types.DeliveryStreamEncryptionStatusEnabled, aws.Value(e.KeyARN)
	}
	if src := n.Source; src != nil {
		switch {
		case src.KinesisStreamSourceDescription != nil:
			c.Source = aws.Value(src.KinesisStreamSourceDescription.KinesisStreamARN)
		case src.MSKSourceDescription != nil:
			c.Source = aws.Value(src.MSKSourceDescription.MSKClusterARN)
		}
	}
	for _, to := range n.Destinations {
		switch {
		case to.ExtendedS3DestinationDescription != nil:
			c.Bucket = aws.Value(to.ExtendedS3DestinationDescription.BucketARN)
		case to.S3DestinationDescription != nil:
			c.Bucket = aws.Value(to.S3DestinationDescription.BucketARN)
		}
	}
	return c
}
