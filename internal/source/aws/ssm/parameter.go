package ssm

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Parameter is the description of a parameter of the Parameter Store; its value is
// never read.
type Parameter struct {
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Kind is String, StringList or SecureString. Only the last is encrypted.
	Kind string `json:"kind"`
	// KMSKey is the key of a SecureString as it was named, such as alias/aws/ssm;
	// empty for the other kinds.
	KMSKey string `json:"kms_key"`
	// Tier is Standard, Advanced or Intelligent-Tiering.
	Tier string `json:"tier"`
	// DataType is text, aws:ec2:image or aws:ssm:integration.
	DataType string `json:"data_type"`
	// LastModified is when its value last changed; absent when nothing tells.
	LastModified *time.Time `json:"last_modified,omitempty"`
	// LastModifiedBy is the ARN of who changed it.
	LastModifiedBy string `json:"last_modified_by"`
}

var parameter = source.Type[*aws.Session, Parameter]{
	Name:       "aws_ssm_parameter",
	Service:    "ssm",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeParameters", Permission: "ssm:DescribeParameters"},
	},
	Refresh: []string{"PutParameter", "DeleteParameter", "DeleteParameters"},
	List:    listParameters,
	Facets: func(d *source.Draft[Parameter]) {
		c := d.Config
		secure := c.Kind == string(types.ParameterTypeSecureString)
		own := secure && c.KMSKey != "" && !strings.HasSuffix(c.KMSKey, "alias/aws/ssm")
		f := facet.Encryption{AtRest: estate.TriOf(secure), CustomerKey: estate.TriOf(own), InTransit: estate.Yes}
		if own {
			f.KeyID = c.KMSKey
		}
		d.Offer(f)
	},
}

func listParameters(ctx context.Context, s *aws.Session, found func(*source.Draft[Parameter])) error {
	size := int32(50)
	pages := sdk.NewDescribeParametersPaginator(client(s), &sdk.DescribeParametersInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.Parameters {
			found(draftParameter(s, p))
		}
	}
	return nil
}

func draftParameter(s *aws.Session, p types.ParameterMetadata) *source.Draft[Parameter] {
	name := aws.Value(p.Name)
	d := &source.Draft[Parameter]{ID: aws.Value(p.ARN), Name: name}
	if d.ID == "" {
		d.ID = s.ARN("ssm", "parameter/"+strings.TrimPrefix(name, "/"))
	}
	d.Config = Parameter{
		Description: aws.Value(p.Description), Kind: string(p.Type), KMSKey: aws.Value(p.KeyId), Tier: string(p.Tier),
		DataType: aws.Value(p.DataType), LastModified: p.LastModifiedDate, LastModifiedBy: aws.Value(p.LastModifiedUser),
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}
