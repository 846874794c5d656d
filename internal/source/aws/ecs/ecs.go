// Package ecs collects Amazon ECS.
package ecs

import (
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{capacityProvider, cluster, service, taskDefinition}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// sibling completes the name of something of another service to the ARN it has beside
// arn. A name that is an ARN already, or empty, comes back as it is.
func sibling(arn, service, name, kind string) string {
	parts := strings.SplitN(arn, ":", 6)
	if name == "" || strings.HasPrefix(name, "arn:") || len(parts) < 6 {
		return name
	}
	return strings.Join([]string{"arn", parts[1], service, parts[3], parts[4], kind + name}, ":")
}
