package iam

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// SAMLProvider is a sign-in service outside AWS whose assertions roles can be taken with.
type SAMLProvider struct {
	// ValidUntil is when the provider's metadata ends; absent when it does not.
	ValidUntil *time.Time `json:"valid_until,omitempty"`
	// Encryption is Required when only encrypted assertions are taken, Allowed when
	// both are; empty when none can be decrypted.
	Encryption string `json:"encryption"`
}

var samlProvider = source.Type[*aws.Session, SAMLProvider]{
	Name:     "aws_iam_saml_provider",
	Service:  "iam",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "ListSAMLProviders", Permission: "iam:ListSAMLProviders"},
		{Op: "GetSAMLProvider", Permission: "iam:GetSAMLProvider", Fills: []string{"encryption", "tags"}},
	},
	Refresh: []string{"CreateSAMLProvider", "UpdateSAMLProvider", "DeleteSAMLProvider", "TagSAMLProvider", "UntagSAMLProvider"},
	Gone:    []string{"NoSuchEntity"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[SAMLProvider])) error {
		out, err := client(s).ListSAMLProviders(ctx, &sdk.ListSAMLProvidersInput{})
		if err != nil {
			return err
		}
		for _, p := range out.SAMLProviderList {
			found(&source.Draft[SAMLProvider]{
				ID: aws.Value(p.Arn), Created: aws.Value(p.CreateDate).In(time.UTC), Config: SAMLProvider{ValidUntil: utc(p.ValidUntil)},
			})
		}
		return nil
	},
	Detail: readSAMLProvider,
}

func readSAMLProvider(ctx context.Context, s *aws.Session, d *source.Draft[SAMLProvider]) error {
	d.Try("encryption", func() error {
		out, err := client(s).GetSAMLProvider(ctx, &sdk.GetSAMLProviderInput{SAMLProviderArn: &d.ID})
		if err != nil {
			return err
		}
		d.Config.Encryption, d.Tags = string(out.AssertionEncryptionMode), tags(out.Tags)
		return nil
	}, "tags")
	return nil
}
