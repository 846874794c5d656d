// Package elasticache collects Amazon ElastiCache.
package elasticache

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticache"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{cacheCluster, replicationGroup, serverlessCache}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }
