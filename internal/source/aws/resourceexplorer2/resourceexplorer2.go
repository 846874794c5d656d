// Package resourceexplorer2 collects AWS Resource Explorer.
package resourceexplorer2

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/resourceexplorer2"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{index}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }
