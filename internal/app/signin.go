package app

import (
	"os"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
	"github.com/stance-sec/stance/internal/service/auth"
)

// signIn is a file that names an identity provider:
//
//	name: Acme
//	issuer: https://login.acme.example
//	client_id: stance
//	client_secret: env:OIDC_SECRET      # or file:/run/secrets/oidc
//	redirect: https://stance.acme.example/auth/oidc/callback
//	rules:                              # the first that fits decides
//	  - {claim: groups, value: cloud-security, role: admin}
//	  - {claim: groups, value: team-shop, role: analyst, owners: [shop]}
type signIn struct {
	Name         string   `yaml:"name"`
	Issuer       string   `yaml:"issuer"`
	ClientID     string   `yaml:"client_id"`
	ClientSecret string   `yaml:"client_secret"`
	Redirect     string   `yaml:"redirect"`
	Scopes       []string `yaml:"scopes"`
	Rules        []struct {
		Claim    string   `yaml:"claim"`
		Value    string   `yaml:"value"`
		Role     string   `yaml:"role"`
		Accounts []string `yaml:"accounts"`
		Owners   []string `yaml:"owners"`
	} `yaml:"rules"`
}

// loadSignIn reads the file; no name is no provider.
func loadSignIn(file string, getenv func(string) string) (*auth.OIDC, error) {
	if file == "" {
		return nil, nil
	}
	op := "read the sign-in file " + file
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	var s signIn
	if err := strictyaml.Into(data, &s); err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	for _, field := range [][2]string{{"issuer", s.Issuer}, {"client_id", s.ClientID}, {"client_secret", s.ClientSecret}, {"redirect", s.Redirect}} {
		if field[1] == "" {
			return nil, estate.Errorf(estate.CodeInvalid, op, "%s is missing", field[0])
		}
	}
	secret, err := secretOf(s.ClientSecret, getenv)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%w", err)
	}
	provider := &auth.OIDC{Name: s.Name, Issuer: s.Issuer, ClientID: s.ClientID, ClientSecret: secret, Redirect: s.Redirect, Scopes: s.Scopes}
	if provider.Name == "" {
		provider.Name = s.Issuer
	}
	for _, r := range s.Rules {
		role := auth.Role(r.Role)
		if role == auth.Nobody || !role.Includes(role) {
			return nil, estate.Errorf(estate.CodeInvalid, op, "there is no role %q", r.Role).WithHint("roles are viewer, analyst, approver and admin")
		}
		provider.Rules = append(provider.Rules, auth.Rule{Claim: r.Claim, Value: r.Value, Role: role, Accounts: r.Accounts, Owners: r.Owners})
	}
	return provider, nil
}

// secretOf reads a secret from env:NAME or file:/path. It is never written in the file
// itself.
func secretOf(reference string, getenv func(string) string) (string, error) {
	if name, ok := strings.CutPrefix(reference, "env:"); ok {
		if value := getenv(name); value != "" {
			return value, nil
		}
		return "", estate.Errorf(estate.CodeInvalid, "read a secret", "the environment variable %s is not set", name)
	}
	if path, ok := strings.CutPrefix(reference, "file:"); ok {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", estate.Errorf(estate.CodeInvalid, "read a secret", "%w", err)
		}
		if value := strings.TrimSpace(string(data)); value != "" {
			return value, nil
		}
		return "", estate.Errorf(estate.CodeInvalid, "read a secret", "the file %s is empty", path)
	}
	return "", estate.Errorf(estate.CodeInvalid, "read a secret", "a secret is named as env:NAME or file:/path")
}
