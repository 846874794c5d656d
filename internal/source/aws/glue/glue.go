// Package glue collects AWS Glue.
package glue

import (
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/glue"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{catalog, connection, devEndpoint, job, mlTransform, securityConfiguration}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// keyARN completes a key's id or alias to the ARN in the region and account of arn.
func keyARN(arn, key string) string {
	parts := strings.SplitN(arn, ":", 6)
	if key == "" || strings.HasPrefix(key, "arn:") || len(parts) < 6 {
		return key
	}
	if !strings.HasPrefix(key, "alias/") {
		key = "key/" + key
	}
	return strings.Join([]string{"arn", parts[1], "kms", parts[3], parts[4], key}, ":")
}
