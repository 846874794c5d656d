package kms

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Grant lets one principal use a key, beside its policy, until it is retired or revoked.
type Grant struct {
	// ID tells it from the other grants of the key.
	ID string `json:"id"`
	// Grantee is the ARN, or the name of the service, that may use the key.
	Grantee string `json:"grantee"`
	// Retiring is who may end it beside the grantee; empty for nobody else.
	Retiring string `json:"retiring"`
	// IssuingAccount is the account that made it.
	IssuingAccount string `json:"issuing_account"`
	// Operations are what it permits, such as Decrypt or CreateGrant.
	Operations []string `json:"operations"`
	// ContextEquals is the encryption context that a request must name, and no more;
	// absent when there is no such constraint.
	ContextEquals map[string]string `json:"context_equals,omitempty"`
	// ContextSubset is what the encryption context of a request must hold; absent when
	// there is no such constraint.
	ContextSubset map[string]string `json:"context_subset,omitempty"`
	// SourceARN is the resource on whose behalf a request must be made; empty for any.
	SourceARN string `json:"source_arn"`
	// Created is when it was made; absent when that is not told.
	Created *time.Time `json:"created,omitempty"`
}

// mostGrants bounds what is kept of one key, which may have 50,000 ("Quotas", AWS KMS
// Developer Guide): services make one for each volume that they attach.
const mostGrants = 2000

// grantsOf returns the grants of a key, never nil.
func grantsOf(ctx context.Context, s *aws.Session, id string) ([]Grant, error) {
	grants, limit := []Grant{}, int32(100)
	pages := sdk.NewListGrantsPaginator(client(s), &sdk.ListGrantsInput{KeyId: &id, Limit: &limit})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for i := range page.Grants {
			grants = append(grants, draftGrant(&page.Grants[i]))
		}
		if len(grants) > mostGrants {
			return nil, estate.Errorf(estate.CodeUnsupported, "list the grants of a key", "it has more than the %d that are read", mostGrants)
		}
	}
	return grants, nil
}

func draftGrant(g *types.GrantListEntry) Grant {
	made := Grant{
		ID: aws.Value(g.GrantId), Grantee: either(g.GranteePrincipal, g.GranteeServicePrincipal),
		Retiring: either(g.RetiringPrincipal, g.RetiringServicePrincipal), IssuingAccount: issuer(aws.Value(g.IssuingAccount)), Operations: []string{},
	}
	if g.CreationDate != nil {
		at := g.CreationDate.UTC()
		made.Created = &at
	}
	for _, o := range g.Operations {
		made.Operations = append(made.Operations, string(o))
	}
	if c := g.Constraints; c != nil {
		made.ContextEquals, made.ContextSubset, made.SourceARN = c.EncryptionContextEquals, c.EncryptionContextSubset, aws.Value(c.SourceArn)
	}
	return made
}

func either(first, second *string) string {
	if text := aws.Value(first); text != "" {
		return text
	}
	return aws.Value(second)
}

// issuer takes the account out of what KMS says of who made a grant: the ARN of a root
// user, or an account's number.
func issuer(text string) string {
	const account = 4
	if parts := strings.Split(text, ":"); len(parts) > account {
		return parts[account]
	}
	return text
}
