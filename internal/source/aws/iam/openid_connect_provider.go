package iam

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// OpenIDProvider is an issuer outside AWS whose tokens roles can be taken with, such
// as GitHub Actions or a Kubernetes cluster.
type OpenIDProvider struct {
	// URL is the issuer without https://.
	URL string `json:"url"`
	// ClientIDs are the audiences that a token may be meant for.
	ClientIDs []string `json:"client_ids"`
	// Thumbprints are of the certificates that the issuer's server may have; AWS does
	// not use them for issuers with a certificate of a well-known authority.
	Thumbprints []string `json:"thumbprints"`
}

var openIDProvider = source.Type[*aws.Session, OpenIDProvider]{
	Name:     "aws_iam_openid_connect_provider",
	Service:  "iam",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "ListOpenIDConnectProviders", Permission: "iam:ListOpenIDConnectProviders"},
		{Op: "GetOpenIDConnectProvider", Permission: "iam:GetOpenIDConnectProvider", Fills: []string{"url", "client_ids", "thumbprints", "created", "tags"}},
	},
	Refresh: []string{
		"CreateOpenIDConnectProvider", "DeleteOpenIDConnectProvider", "AddClientIDToOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider",
		"UpdateOpenIDConnectProviderThumbprint", "TagOpenIDConnectProvider", "UntagOpenIDConnectProvider",
	},
	Gone: []string{"NoSuchEntity"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[OpenIDProvider])) error {
		out, err := client(s).ListOpenIDConnectProviders(ctx, &sdk.ListOpenIDConnectProvidersInput{})
		if err != nil {
			return err
		}
		for _, p := range out.OpenIDConnectProviderList {
			_, issuer, _ := strings.Cut(aws.Value(p.Arn), "oidc-provider/")
			found(&source.Draft[OpenIDProvider]{ID: aws.Value(p.Arn), Name: issuer})
		}
		return nil
	},
	Detail: readOpenIDProvider,
}

func readOpenIDProvider(ctx context.Context, s *aws.Session, d *source.Draft[OpenIDProvider]) error {
	d.Try("url", func() error {
		out, err := client(s).GetOpenIDConnectProvider(ctx, &sdk.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &d.ID})
		if err != nil {
			return err
		}
		d.Config = OpenIDProvider{URL: aws.Value(out.Url), ClientIDs: out.ClientIDList, Thumbprints: out.ThumbprintList}
		d.Created, d.Tags = aws.Value(out.CreateDate).In(time.UTC), tags(out.Tags)
		return nil
	}, "client_ids", "thumbprints", "created", "tags")
	return nil
}
