package sagemaker

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// EndpointConfiguration is how models are put to work behind an address.
type EndpointConfiguration struct {
	// KMSKey is the key for the disks of its machines, as it was given; empty for a key of
	// AWS, and for machines whose disks their hardware encrypts.
	KMSKey string `json:"kms_key"`
	// NetworkIsolation is whether its containers can reach nothing over the network, when the
	// configuration itself says so.
	NetworkIsolation bool `json:"network_isolation"`
	// CaptureKey is the key for requests and answers that are kept; empty when none are kept,
	// or a key of AWS is used.
	CaptureKey string `json:"capture_key"`
	// Captures is whether requests and answers are kept.
	Captures bool `json:"captures"`
	// Variants are the models it runs.
	Variants []Variant `json:"variants"`
}

// Variant is a model at work.
type Variant struct {
	// Name is its name.
	Name string `json:"name"`
	// Model is the name of the model.
	Model string `json:"model"`
	// Serverless is whether AWS decides over machines.
	Serverless bool `json:"serverless"`
	// Instances is how many machines it begins with; 0 when it is serverless.
	Instances int `json:"instances"`
	// Shell is whether people can open a shell on its machines.
	Shell bool `json:"shell"`
}

// configured are the fields that DescribeEndpointConfig fills.
var configured = []string{"kms_key", "network_isolation", "capture_key", "captures", "variants"}

var endpointConfiguration = source.Type[*aws.Session, EndpointConfiguration]{
	Name:     "aws_sagemaker_endpoint_configuration",
	Service:  "sagemaker",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListEndpointConfigs", Permission: "sagemaker:ListEndpointConfigs"},
		{Op: "DescribeEndpointConfig", Permission: "sagemaker:DescribeEndpointConfig", Fills: configured},
		{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateEndpointConfig", "DeleteEndpointConfig", "AddTags", "DeleteTags"},
	Gone:    gone,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[EndpointConfiguration])) error {
		pages := sdk.NewListEndpointConfigsPaginator(client(s), &sdk.ListEndpointConfigsInput{MaxResults: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, e := range page.EndpointConfigs {
				found(&source.Draft[EndpointConfiguration]{ID: aws.Value(e.EndpointConfigArn), Name: aws.Value(e.EndpointConfigName), Created: aws.Value(e.CreationTime).In(time.UTC)})
			}
		}
		return nil
	},
	Detail: readEndpointConfiguration,
	Facets: func(d *source.Draft[EndpointConfiguration]) {
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
	},
}

func readEndpointConfiguration(ctx context.Context, s *aws.Session, d *source.Draft[EndpointConfiguration]) error {
	d.Try(configured[0], func() error {
		out, err := client(s).DescribeEndpointConfig(ctx, &sdk.DescribeEndpointConfigInput{EndpointConfigName: &d.Name})
		if err != nil {
			return err
		}
		c := &d.Config
		c.KMSKey, c.NetworkIsolation = aws.Value(out.KmsKeyId), aws.Value(out.EnableNetworkIsolation)
		if k := out.DataCaptureConfig; k != nil {
			c.Captures, c.CaptureKey = aws.Value(k.EnableCapture), aws.Value(k.KmsKeyId)
		}
		for _, v := range append(out.ProductionVariants, out.ShadowProductionVariants...) {
			c.Variants = append(c.Variants, variant(v))
			if name := aws.Value(v.ModelName); name != "" {
				d.Relate(estate.RunsImage, s.ARN("sagemaker", "model/"+name))
			}
		}
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.KMSKey))
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.CaptureKey))
		d.Relate(estate.RunsAs, aws.Value(out.ExecutionRoleArn))
		return nil
	}, configured[1:]...)
	readTags(ctx, s, d)
	return nil
}

func variant(v types.ProductionVariant) Variant {
	return Variant{
		Name: aws.Value(v.VariantName), Model: aws.Value(v.ModelName), Serverless: v.ServerlessConfig != nil,
		Instances: int(aws.Value(v.InitialInstanceCount)), Shell: aws.Value(v.EnableSSMAccess),
	}
}
