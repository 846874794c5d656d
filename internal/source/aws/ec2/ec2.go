// Package ec2 collects Amazon EC2 and VPC.
package ec2

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{securityGroup}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is sent with every list: EC2 gives requests without a page size a smaller
// budget ("Request throttling for the Amazon EC2 API").
func pageSize() *int32 {
	n := int32(1000)
	return &n
}

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// nameOf returns the Name tag, or the id.
func nameOf(list []types.Tag, id string) string {
	if name := tags(list)["Name"]; name != "" {
		return name
	}
	return id
}
