package iam

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// User is an identity with credentials that last: a password, access keys, signing
// certificates. AWS names passwords and keys in a report that is up to four hours
// old.
type User struct {
	// Path is the folder in its name, "/" when it has none.
	Path string `json:"path"`
	// Groups are the ARNs of the groups it is in; it has their policies too.
	Groups []string `json:"groups"`
	// AttachedPolicies are the ARNs of the managed policies it holds itself.
	AttachedPolicies []string `json:"attached_policies"`
	// InlinePolicies are the policies that stand in it alone.
	InlinePolicies []InlinePolicy `json:"inline_policies"`
	// PermissionsBoundary is the ARN of the policy that caps what it may do; empty
	// when there is none.
	PermissionsBoundary string `json:"permissions_boundary"`
	// Password is how it signs in to the console.
	Password Password `json:"password"`
	// MFA is whether a second factor is registered.
	MFA bool `json:"mfa"`
	// AccessKeys are the keys that exist, active or not; at most two.
	AccessKeys []AccessKey `json:"access_keys"`
	// SigningCertificates are the certificates that sign old-style requests.
	SigningCertificates []SigningCertificate `json:"signing_certificates"`
	// ServiceCredentials are its passwords and keys for single services.
	ServiceCredentials []ServiceCredential `json:"service_credentials"`
	// CredentialsAsOf is when AWS made the report of passwords, second factors and
	// keys; absent when that is not told.
	CredentialsAsOf *time.Time `json:"credentials_as_of,omitempty"`
}

// Password is a user's way into the console.
type Password struct {
	// Enabled is whether there is one.
	Enabled bool `json:"enabled"`
	// LastUsed is when it last signed in; absent when it never did since October 2014,
	// and when there is no password.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// NeverUsed is whether there is a record and it holds no sign-in.
	NeverUsed bool `json:"never_used"`
	// Changed is when it was set; absent when there is none.
	Changed *time.Time `json:"changed,omitempty"`
	// Expires is when it must be changed; absent when it need not be.
	Expires *time.Time `json:"expires,omitempty"`
}

// AccessKey is a long-lived key for the API; AWS's report does not tell its id.
type AccessKey struct {
	// Index is its place in the report, 1 or 2.
	Index int `json:"index"`
	// Active is whether it works.
	Active bool `json:"active"`
	// Rotated is when it was made; absent when that is not told.
	Rotated *time.Time `json:"rotated,omitempty"`
	// LastUsed is when it last signed a request; absent when it never did.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// LastUsedService is the service that request went to, such as s3; empty when it
	// was never used.
	LastUsedService string `json:"last_used_service"`
	// LastUsedRegion is where that was; empty when never used or the service has no regions.
	LastUsedRegion string `json:"last_used_region"`
}

// SigningCertificate is an X.509 certificate that signs requests.
type SigningCertificate struct {
	// Index is its place in the report, 1 or 2.
	Index int `json:"index"`
	// Active is whether it works.
	Active bool `json:"active"`
	// Rotated is when it was uploaded; absent when that is not told.
	Rotated *time.Time `json:"rotated,omitempty"`
}

// reported are the attributes that the credential report fills.
var reported = []string{"password", "mfa", "access_keys", "signing_certificates", "credentials_as_of"}

var user = source.Type[*aws.Session, User]{
	Name:     "aws_iam_user",
	Service:  "iam",
	Locality: source.Global,
	Always:   true,
	Calls: []source.Call{
		detailsCall,
		{Op: "GenerateCredentialReport", Permission: "iam:GenerateCredentialReport", Fills: reported},
		{Op: "GetCredentialReport", Permission: "iam:GetCredentialReport", Fills: reported},
		{Op: "ListServiceSpecificCredentials", Permission: "iam:ListServiceSpecificCredentials", Fills: []string{"service_credentials"}},
	},
	Refresh: []string{
		"CreateUser", "DeleteUser", "UpdateUser", "TagUser", "UntagUser", "PutUserPolicy", "DeleteUserPolicy", "AttachUserPolicy", "DetachUserPolicy",
		"AddUserToGroup", "RemoveUserFromGroup", "PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary", "CreateLoginProfile",
		"UpdateLoginProfile", "DeleteLoginProfile", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "EnableMFADevice", "DeactivateMFADevice",
		"CreateServiceSpecificCredential", "UpdateServiceSpecificCredential", "DeleteServiceSpecificCredential", "UploadSigningCertificate", "UpdateSigningCertificate", "DeleteSigningCertificate",
	},
	List:   listUsers,
	Detail: readUser,
}

func listUsers(ctx context.Context, s *aws.Session, found func(*source.Draft[User])) error {
	list, err := users(ctx, s)
	if err != nil {
		return err
	}
	groups, err := groupsByName(ctx, s)
	if err != nil {
		return err
	}
	for i := range list {
		found(draftUser(s, &list[i], groups))
	}
	return nil
}

func draftUser(s *aws.Session, u *types.UserDetail, groups map[string]memberOf) *source.Draft[User] {
	d := &source.Draft[User]{ID: aws.Value(u.Arn), Name: aws.Value(u.UserName), Tags: tags(u.Tags), Created: aws.Value(u.CreateDate).In(time.UTC)}
	d.Config = User{
		Path: aws.Value(u.Path), Groups: []string{}, AttachedPolicies: attached(u.AttachedManagedPolicies),
		InlinePolicies: inlinePolicies(u.UserPolicyList), PermissionsBoundary: boundary(u.PermissionsBoundary),
	}
	for _, name := range u.GroupList {
		arn := s.GlobalARN("iam", "group/"+name) // of a group made after the groups were read
		if g, ok := groups[name]; ok {
			arn = g.arn
		}
		d.Config.Groups = append(d.Config.Groups, arn)
	}
	return d
}
