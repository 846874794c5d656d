package region

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Region is an enabled region of an account: what checks name when something should
// exist in each region and does not. Its switches have types of their own, as Terraform
// names them.
type Region struct {
	// EBSDefaultKMSKey is the key that new encrypted volumes get: an ARN, or
	// alias/aws/ebs for the one that AWS manages.
	EBSDefaultKMSKey string `json:"ebs_default_kms_key"`
}

var region = source.Type[*aws.Session, Region]{
	Name:     "aws_region",
	Service:  "region",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetEbsDefaultKmsKeyId", Permission: "ec2:GetEbsDefaultKmsKeyId", Fills: []string{"ebs_default_kms_key"}},
	},
	Refresh: []string{"ModifyEbsDefaultKmsKeyId", "ResetEbsDefaultKmsKeyId"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Region])) error {
		found(&source.Draft[Region]{ID: s.ARN("ec2", "region/"+s.Region), Name: s.Region})
		return nil
	},
	Detail: read,
}

func read(ctx context.Context, s *aws.Session, d *source.Draft[Region]) error {
	d.Try("ebs_default_kms_key", func() error {
		out, err := client(s).GetEbsDefaultKmsKeyId(ctx, &sdk.GetEbsDefaultKmsKeyIdInput{})
		if err != nil {
			return err
		}
		d.Config.EBSDefaultKMSKey = aws.Value(out.KmsKeyId)
		return nil
	})
	if strings.HasPrefix(d.Config.EBSDefaultKMSKey, "arn:") {
		d.Relate(estate.EncryptedBy, d.Config.EBSDefaultKMSKey)
	}
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	return nil
}
