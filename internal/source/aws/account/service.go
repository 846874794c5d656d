// Package account collects what exists once in an AWS account: its root user, its
// password policy, its contacts.
package account

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{account}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

func organizationsClient(s *aws.Session) *organizations.Client {
	return aws.Client(s, organizations.NewFromConfig)
}

func iamClient(s *aws.Session) *iam.Client { return aws.Client(s, iam.NewFromConfig) }
