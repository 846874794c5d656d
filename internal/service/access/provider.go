package access

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Provider is a sign-in service outside AWS with whose word roles can be taken.
type Provider struct {
	ARN string
	// Kind is oidc-provider or saml-provider.
	Kind    string
	Account string
	// Created is nil where it was not read.
	Created *time.Time
	// RolesKnown is whether all roles of its account were listed: no others can trust it.
	RolesKnown bool
}

// providerKinds are what provider types are called.
var providerKinds = map[string]string{"aws_iam_openid_connect_provider": "oidc-provider", "aws_iam_saml_provider": "saml-provider"}

// provider takes in a resource that is one.
func (c *Census) provider(kind string, line []byte) error {
	word := providerKinds[kind]
	if word == "" {
		return nil
	}
	var r estate.Resource
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	p := Provider{ARN: r.ID, Kind: word, Account: r.Account}
	if r.Created != nil && !r.Created.IsZero() {
		p.Created = r.Created
	}
	c.Providers = append(c.Providers, p)
	return nil
}

// settle sorts the providers by ARN and notes where all roles were listed.
func (c *Census) settle(coverage []estate.Coverage) {
	listed := map[string]bool{}
	for _, scope := range coverage {
		if scope.Type == "aws_iam_role" {
			listed[scope.Account] = scope.Complete()
		}
	}
	for i := range c.Providers {
		c.Providers[i].RolesKnown = listed[c.Providers[i].Account]
	}
	slices.SortFunc(c.Providers, func(a, b Provider) int { return cmp.Compare(a.ARN, b.ARN) })
}
