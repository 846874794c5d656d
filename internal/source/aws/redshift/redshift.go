// Package redshift collects Amazon Redshift.
package redshift

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/redshift"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{cluster, subnetGroup}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }
