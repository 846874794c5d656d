// Package logs collects Amazon CloudWatch Logs.
package logs

import (
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{group, metricFilter, resourcePolicy}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is the largest that the lists take.
func pageSize() *int32 {
	n := int32(50)
	return &n
}

// groupARN returns the ARN of a log group without the mark for its streams.
func groupARN(s *aws.Session, name string) string {
	return strings.TrimSuffix(s.ARN("logs", "log-group:"+name), ":*")
}
