package bedrock

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/bedrock"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// InvocationLogging is whether what models are asked and answer is written down, for all
// models of an account in a region.
type InvocationLogging struct {
	// Logging is where to; absent when nothing is written down.
	Logging *Logging `json:"logging,omitempty"`
}

// Logging is where calls of models are written down, and what of them.
type Logging struct {
	// LogGroup is the log group; empty when there is none.
	LogGroup string `json:"log_group"`
	// Bucket is the bucket; empty when there is none.
	Bucket string `json:"bucket"`
	// LargeBucket is the bucket for what is too large for the log group; empty when there is
	// none.
	LargeBucket string `json:"large_bucket"`
	// Text is whether questions and answers in text are written down.
	Text bool `json:"text"`
	// Images is whether images are.
	Images bool `json:"images"`
	// Embeddings is whether embeddings are.
	Embeddings bool `json:"embeddings"`
	// Role is the role by which Bedrock writes to the log group; empty when there is none.
	Role string `json:"role"`
}

var invocationLogging = source.Type[*aws.Session, InvocationLogging]{
	Name:     "aws_bedrock_model_invocation_logging_configuration",
	Service:  "bedrock",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetModelInvocationLoggingConfiguration", Permission: "bedrock:GetModelInvocationLoggingConfiguration", Fills: []string{"logging"}},
	},
	Refresh: []string{"PutModelInvocationLoggingConfiguration", "DeleteModelInvocationLoggingConfiguration"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[InvocationLogging])) error {
		found(&source.Draft[InvocationLogging]{ID: s.ARN("bedrock", "model-invocation-logging"), Name: s.Region})
		return nil
	},
	Detail: readInvocationLogging,
	Facets: func(d *source.Draft[InvocationLogging]) {
		l := facet.Logging{Enabled: d.Tri("logging", d.Config.Logging != nil)}
		if d.Config.Logging != nil {
			l.Target = d.Config.Logging.LogGroup
			if l.Target == "" {
				l.Target = d.Config.Logging.Bucket
			}
		}
		d.Offer(l)
	},
}

func readInvocationLogging(ctx context.Context, s *aws.Session, d *source.Draft[InvocationLogging]) error {
	d.Try("logging", func() error {
		out, err := client(s).GetModelInvocationLoggingConfiguration(ctx, &sdk.GetModelInvocationLoggingConfigurationInput{})
		if err != nil || out.LoggingConfig == nil {
			return err
		}
		c := out.LoggingConfig
		l := &Logging{Text: aws.Value(c.TextDataDeliveryEnabled), Images: aws.Value(c.ImageDataDeliveryEnabled), Embeddings: aws.Value(c.EmbeddingDataDeliveryEnabled)}
		if w := c.CloudWatchConfig; w != nil {
			l.LogGroup, l.Role = aws.Value(w.LogGroupName), aws.Value(w.RoleArn)
			if w.LargeDataDeliveryS3Config != nil {
				l.LargeBucket = aws.Value(w.LargeDataDeliveryS3Config.BucketName)
			}
		}
		if c.S3Config != nil {
			l.Bucket = aws.Value(c.S3Config.BucketName)
		}
		if l.LogGroup+l.Bucket != "" {
			d.Config.Logging = l
			relateLogging(s, d, l)
		}
		return nil
	})
	return nil
}

func relateLogging(s *aws.Session, d *source.Draft[InvocationLogging], l *Logging) {
	d.Relate(estate.RunsAs, l.Role)
	if l.LogGroup != "" {
		d.Relate(estate.LogsTo, s.ARN("logs", "log-group:"+l.LogGroup))
	}
	for _, bucket := range []string{l.Bucket, l.LargeBucket} {
		if bucket != "" {
			d.Relate(estate.LogsTo, "arn:"+s.Partition+":s3:::"+bucket)
		}
	}
}
