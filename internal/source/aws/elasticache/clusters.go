package elasticache

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// clusters returns all cache clusters of the region, those of replication groups too.
func clusters(ctx context.Context, s *aws.Session) ([]types.CacheCluster, error) {
	return aws.Shared(s, "elasticache clusters", func() ([]types.CacheCluster, error) {
		var found []types.CacheCluster
		size := int32(100)
		pages := sdk.NewDescribeCacheClustersPaginator(client(s), &sdk.DescribeCacheClustersInput{MaxRecords: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			found = append(found, page.CacheClusters...)
		}
		return found, nil
	})
}

func tags(ctx context.Context, s *aws.Session, arn string) (map[string]string, error) {
	out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceName: &arn})
	if err != nil {
		return nil, err
	}
	return aws.Tags(out.TagList, func(t types.Tag) (*string, *string) { return t.Key, t.Value }), nil
}

// logTypes returns the kinds of logs that are delivered somewhere.
func logTypes(list []types.LogDeliveryConfiguration) []string {
	var kinds []string
	for _, l := range list {
		if l.Status == types.LogDeliveryConfigurationStatusActive {
			kinds = append(kinds, string(l.LogType))
		}
	}
	return kinds
}
