package glue

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// MLTransform is a change of data that learned from examples.
type MLTransform struct {
	// Status is READY when it can be used.
	Status string `json:"status"`
	// GlueVersion is the version of Glue it runs on.
	GlueVersion string `json:"glue_version"`
	// Role is the role that it acts with.
	Role string `json:"role"`
	// Encrypted is whether the examples it keeps are encrypted with KMS.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the key for them, as it was given; empty when they are not encrypted with one
	// of the customer's.
	KMSKey string `json:"kms_key"`
	// SecurityConfiguration is the name of the settings by which its runs encrypt what they
	// write; empty when there are none.
	SecurityConfiguration string `json:"security_configuration"`
}

var mlTransform = source.Type[*aws.Session, MLTransform]{
	Name:       "aws_glue_ml_transform",
	Service:    "glue",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "GetMLTransforms", Permission: "glue:GetMLTransforms"},
	},
	Refresh: []string{"CreateMLTransform", "UpdateMLTransform", "DeleteMLTransform"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[MLTransform])) error {
		size := int32(1000)
		pages := sdk.NewGetMLTransformsPaginator(client(s), &sdk.GetMLTransformsInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, t := range page.Transforms {
				found(draftMLTransform(s, t))
			}
		}
		return nil
	},
}

func draftMLTransform(s *aws.Session, t types.MLTransform) *source.Draft[MLTransform] {
	d := &source.Draft[MLTransform]{ID: s.ARN("glue", "mlTransform/"+aws.Value(t.TransformId)), Name: aws.Value(t.Name), Created: aws.Value(t.CreatedOn).In(time.UTC)}
	d.Config = MLTransform{Status: string(t.Status), GlueVersion: aws.Value(t.GlueVersion), Role: roleARN(s, aws.Value(t.Role))}
	if e := t.TransformEncryption; e != nil {
		d.Config.SecurityConfiguration = aws.Value(e.TaskRunSecurityConfigurationName)
		if u := e.MlUserDataEncryption; u != nil {
			d.Config.Encrypted, d.Config.KMSKey = u.MlUserDataEncryptionMode == types.MLUserDataEncryptionModeStringSsekms, aws.Value(u.KmsKeyId)
		}
	}
	d.Relate(estate.RunsAs, d.Config.Role)
	d.Relate(estate.EncryptedBy, kms.KeyBeside(d.ID, d.Config.KMSKey))
	return d
}
