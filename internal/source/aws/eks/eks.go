// Package eks collects Amazon EKS.
package eks

import (
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{cluster, nodeGroup, podIdentityAssociation}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// beside makes ARNs in the partition, region and account of another ARN; empty for an
// empty name.
func beside(arn string) func(service, kind, name string) string {
	parts := strings.SplitN(arn, ":", 6)
	return func(service, kind, name string) string {
		if name == "" || len(parts) < 6 {
			return ""
		}
		return strings.Join([]string{"arn", parts[1], service, parts[3], parts[4], kind + name}, ":")
	}
}
