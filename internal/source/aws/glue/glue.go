// Package glue collects AWS Glue.
package glue

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{catalog, connection, devEndpoint, job, mlTransform, securityConfiguration}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }
