package sagemaker

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// gone is the code by which SageMaker says that something does not exist. For most types
// it says ValidationException instead, which means other things too.
var gone = []string{"ResourceNotFound"}

// pageSize is the largest that SageMaker takes.
func pageSize() *int32 {
	n := int32(100)
	return &n
}

// readTags fills in the tags of a resource.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C]) {
	d.Try("tags", func() error {
		found := map[string]string{}
		pages := sdk.NewListTagsPaginator(client(s), &sdk.ListTagsInput{ResourceArn: &d.ID})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, t := range page.Tags {
				found[aws.Value(t.Key)] = aws.Value(t.Value)
			}
		}
		if len(found) > 0 {
			d.Tags = found
		}
		return nil
	})
}

// relateNetwork adds the subnets and firewalls of a resource.
func relateNetwork[C any](s *aws.Session, d *source.Draft[C], subnets, groups []string) {
	for _, n := range subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+n))
	}
	for _, g := range groups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
	}
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
