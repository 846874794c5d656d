package iam

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// ServiceCredential is a user's password or key for a single service.
type ServiceCredential struct {
	// Service is what it is for, such as bedrock.amazonaws.com (a key),
	// codecommit.amazonaws.com (a Git password) or cassandra.amazonaws.com.
	Service string `json:"service"`
	// Active is whether it works.
	Active bool `json:"active"`
	// Made is when it was made; absent when that is not told.
	Made *time.Time `json:"made,omitempty"`
	// Expires is when it ends by itself; absent when it does not.
	Expires *time.Time `json:"expires,omitempty"`
}

// serviceCredentials returns the credentials of all users by the user's name.
func serviceCredentials(ctx context.Context, s *aws.Session) (map[string][]ServiceCredential, error) {
	return aws.Shared(s, "iam service credentials", func() (map[string][]ServiceCredential, error) {
		all := true
		input := &sdk.ListServiceSpecificCredentialsInput{AllUsers: &all, MaxItems: pageSize()}
		byUser := map[string][]ServiceCredential{}
		for {
			out, err := client(s).ListServiceSpecificCredentials(ctx, input)
			if err != nil {
				return nil, err
			}
			for _, c := range out.ServiceSpecificCredentials {
				name := aws.Value(c.UserName)
				byUser[name] = append(byUser[name], ServiceCredential{
					Service: aws.Value(c.ServiceName), Active: c.Status == types.StatusTypeActive, Made: utc(c.CreateDate), Expires: utc(c.ExpirationDate),
				})
			}
			if !out.IsTruncated || aws.Value(out.Marker) == "" {
				return byUser, nil
			}
			input.Marker = out.Marker
		}
	})
}
