package bedrock

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/bedrock"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// CustomModel is a model of Bedrock that was trained further with the customer's data.
type CustomModel struct {
	// Base is the ARN of the model that it was made of.
	Base string `json:"base"`
	// Customization is how, such as FINE_TUNING; empty when it is not told.
	Customization string `json:"customization"`
	// KMSKey is the key for it; empty for a key of AWS.
	KMSKey string `json:"kms_key"`
	// TrainingData is where the data it was trained with lies; empty when that is not told.
	TrainingData string `json:"training_data"`
	// Output is where the measures of its training lie.
	Output string `json:"output"`
}

// trained are the fields that GetCustomModel fills.
var trained = []string{"kms_key", "training_data", "output"}

var customModel = source.Type[*aws.Session, CustomModel]{
	Name:     "aws_bedrock_custom_model",
	Service:  "bedrock",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListCustomModels", Permission: "bedrock:ListCustomModels"},
		{Op: "GetCustomModel", Permission: "bedrock:GetCustomModel", Fills: trained},
		{Op: "ListTagsForResource", Permission: "bedrock:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateModelCustomizationJob", "CreateCustomModel", "DeleteCustomModel", "TagResource", "UntagResource"},
	Gone:    []string{"ResourceNotFoundException"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[CustomModel])) error {
		size, own := int32(1000), true
		pages := sdk.NewListCustomModelsPaginator(client(s), &sdk.ListCustomModelsInput{MaxResults: &size, IsOwned: &own})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, m := range page.ModelSummaries {
				d := &source.Draft[CustomModel]{ID: aws.Value(m.ModelArn), Name: aws.Value(m.ModelName), Created: aws.Value(m.CreationTime).In(time.UTC)}
				d.Config.Base, d.Config.Customization = aws.Value(m.BaseModelArn), string(m.CustomizationType)
				d.Relate(estate.SourcedFrom, d.Config.Base)
				found(d)
			}
		}
		return nil
	},
	Detail: readCustomModel,
	Facets: func(d *source.Draft[CustomModel]) {
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
	},
}

func readCustomModel(ctx context.Context, s *aws.Session, d *source.Draft[CustomModel]) error {
	d.Try(trained[0], func() error {
		out, err := client(s).GetCustomModel(ctx, &sdk.GetCustomModelInput{ModelIdentifier: &d.ID})
		if err != nil {
			return err
		}
		d.Config.KMSKey = aws.Value(out.ModelKmsKeyArn)
		if out.TrainingDataConfig != nil {
			d.Config.TrainingData = aws.Value(out.TrainingDataConfig.S3Uri)
		}
		if out.OutputDataConfig != nil {
			d.Config.Output = aws.Value(out.OutputDataConfig.S3Uri)
		}
		d.Relate(estate.EncryptedBy, d.Config.KMSKey)
		return nil
	}, trained[1:]...)
	readTags(ctx, s, d)
	return nil
}

// readTags fills in the tags of a resource.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C]) {
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceARN: &d.ID})
		if err != nil {
			return err
		}
		d.Tags = tags(out.Tags)
		return nil
	})
}
