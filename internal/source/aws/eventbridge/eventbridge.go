// Package eventbridge collects Amazon EventBridge.
package eventbridge

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{bus, rule}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}
