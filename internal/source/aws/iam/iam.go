// Package iam collects AWS Identity and Access Management: who can act in an account,
// what they may do, and with which credentials.
//
// Users, groups, roles and policies come from GetAccountAuthorizationDetails, which
// says everything about a thousand of them in one call.
package iam

import (
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{
		group, instanceProfile, lastAccessed, openIDProvider, policy, role, samlProvider, serverCertificate, user, virtualMFADevice,
	}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is the largest that IAM's lists take.
func pageSize() *int32 {
	n := int32(1000)
	return &n
}

// utc returns the time in UTC; nil when there is none.
func utc(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	at := t.UTC()
	return &at
}

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}
