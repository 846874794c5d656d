// Package cloudtrail collects AWS CloudTrail.
package cloudtrail

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{creation, eventDataStore, trail}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// in sends a request to another region than the session's.
func in(region string) func(*sdk.Options) {
	return func(o *sdk.Options) { o.Region = region }
}

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}
