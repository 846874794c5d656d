package codebuild

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ReportGroup is a set of test reports of builds.
type ReportGroup struct {
	// Bucket is the bucket that raw results are copied to; empty when they are not.
	Bucket string `json:"bucket"`
	// Encrypted is whether copies are encrypted; false when there are none.
	Encrypted bool `json:"encrypted"`
	// EncryptionKey is the key for copies; empty for the key of S3 that AWS keeps.
	EncryptionKey string `json:"encryption_key"`
}

var reportGroup = source.Type[*aws.Session, ReportGroup]{
	Name:     "aws_codebuild_report_group",
	Service:  "codebuild",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListReportGroups", Permission: "codebuild:ListReportGroups"},
		{Op: "BatchGetReportGroups", Permission: "codebuild:BatchGetReportGroups"},
	},
	Refresh: []string{"CreateReportGroup", "UpdateReportGroup", "DeleteReportGroup"},
	List:    listReportGroups,
}

func listReportGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[ReportGroup])) error {
	size := int32(100)
	pages := sdk.NewListReportGroupsPaginator(client(s), &sdk.ListReportGroupsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for arns := range slices.Chunk(page.ReportGroups, 100) {
			out, err := client(s).BatchGetReportGroups(ctx, &sdk.BatchGetReportGroupsInput{ReportGroupArns: arns})
			if err != nil {
				return err
			}
			for _, g := range out.ReportGroups {
				found(draftReportGroup(g))
			}
		}
	}
	return nil
}

func draftReportGroup(g types.ReportGroup) *source.Draft[ReportGroup] {
	d := &source.Draft[ReportGroup]{ID: aws.Value(g.Arn), Name: aws.Value(g.Name), Tags: tags(g.Tags), Created: aws.Value(g.Created).In(time.UTC)}
	if e := g.ExportConfig; e != nil && e.ExportConfigType == types.ReportExportConfigTypeS3 && e.S3Destination != nil {
		t := e.S3Destination
		d.Config = ReportGroup{Bucket: aws.Value(t.Bucket), Encrypted: !aws.Value(t.EncryptionDisabled), EncryptionKey: aws.Value(t.EncryptionKey)}
		d.Relate(estate.LogsTo, bucketARN(d.Config.Bucket))
		d.Relate(estate.EncryptedBy, sibling(d.ID, "kms", d.Config.EncryptionKey, ""))
	}
	return d
}
