package resourceexplorer2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/resourceexplorer2"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Index is Resource Explorer's list of what lies in one region.
type Index struct {
	// Kind is LOCAL, or AGGREGATOR for the one that also holds what all other
	// indexes of the account hold.
	Kind string `json:"kind"`
}

var index = source.Type[*aws.Session, Index]{
	Name:       "aws_resourceexplorer2_index",
	Service:    "resourceexplorer2",
	Locality:   source.Global,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "ListIndexes", Permission: "resource-explorer-2:ListIndexes"},
	},
	Refresh: []string{"CreateIndex", "DeleteIndex", "UpdateIndexType"},
	List:    listIndexes,
}

// listIndexes asks once: every region tells of the indexes in all regions.
func listIndexes(ctx context.Context, s *aws.Session, found func(*source.Draft[Index])) error {
	size := int32(100)
	pages := sdk.NewListIndexesPaginator(client(s), &sdk.ListIndexesInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, i := range page.Indexes {
			region := aws.Value(i.Region)
			found(&source.Draft[Index]{
				ID: aws.Value(i.Arn), Name: region, Region: region, Config: Index{Kind: string(i.Type)},
			})
		}
	}
	return nil
}
