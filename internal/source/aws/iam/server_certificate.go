package iam

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ServerCertificate is a TLS certificate that was uploaded to IAM instead of
// Certificate Manager: nothing renews it. AWS lists no tags of them.
type ServerCertificate struct {
	// Path is the folder in its name, "/" when it has none; /cloudfront/ for those that
	// CloudFront can use.
	Path string `json:"path"`
	// Expires is when it stops being valid; absent when that is not told.
	Expires *time.Time `json:"expires,omitempty"`
}

var serverCertificate = source.Type[*aws.Session, ServerCertificate]{
	Name:       "aws_iam_server_certificate",
	Service:    "iam",
	Locality:   source.Global,
	TagsUntold: true,
	Calls:      []source.Call{{Op: "ListServerCertificates", Permission: "iam:ListServerCertificates"}},
	Refresh:    []string{"UploadServerCertificate", "UpdateServerCertificate", "DeleteServerCertificate"},
	List:       listServerCertificates,
}

func listServerCertificates(ctx context.Context, s *aws.Session, found func(*source.Draft[ServerCertificate])) error {
	pages := sdk.NewListServerCertificatesPaginator(client(s), &sdk.ListServerCertificatesInput{MaxItems: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.ServerCertificateMetadataList {
			d := &source.Draft[ServerCertificate]{ID: aws.Value(c.Arn), Name: aws.Value(c.ServerCertificateName), Created: aws.Value(c.UploadDate).In(time.UTC)}
			d.Config = ServerCertificate{Path: aws.Value(c.Path), Expires: utc(c.Expiration)}
			found(d)
		}
	}
	return nil
}
