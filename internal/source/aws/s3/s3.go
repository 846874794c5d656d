// Package s3 collects Amazon S3.
package s3

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	control "github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{accessPoint, accountBlock, bucket}
}

func client(s *aws.Session) *sdk.Client {
	return aws.Client(s, sdk.NewFromConfig, func(o *sdk.Options) { o.UsePathStyle = s.PathStyle })
}

func controlClient(s *aws.Session) *control.Client {
	return aws.Client(s, control.NewFromConfig)
}
