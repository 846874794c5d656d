package account

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Account is an AWS account: what exists once in it.
type Account struct {
	// Alias is the name in its sign-in address; empty when it has none.
	Alias string `json:"alias"`
	// PasswordPolicy is what passwords of users must be like.
	PasswordPolicy PasswordPolicy `json:"password_policy"`
	// Root is the user that can do everything and that no policy of the account limits.
	Root Root `json:"root"`
	// Summary counts what IAM holds.
	Summary Summary `json:"summary"`
	// AlternateContacts are those that AWS writes to beside the owner.
	AlternateContacts AlternateContacts `json:"alternate_contacts"`
	// PrimaryContact is whether the owner's name, address and telephone are registered.
	PrimaryContact bool `json:"primary_contact"`
	// Organization is the organisation it belongs to; absent when it stands alone.
	Organization *Organization `json:"organization,omitempty"`
	// CentralRootAccess says whether the root users of the organisation's accounts are
	// managed from here; absent in an account that does not administer IAM for an
	// organisation.
	CentralRootAccess *CentralRootAccess `json:"central_root_access,omitempty"`
}

// PasswordPolicy is what passwords of users must be like. An account without a policy
// of its own has AWS's: eight characters, no age, no memory.
type PasswordPolicy struct {
	// Exists is whether the account has a policy of its own.
	Exists bool `json:"exists"`
	// MinimumLength is the least number of characters; 8 without a policy.
	MinimumLength int `json:"minimum_length"`
	// RequireUppercase is whether it must hold a capital letter.
	RequireUppercase bool `json:"require_uppercase"`
	// RequireLowercase is whether it must hold a small letter.
	RequireLowercase bool `json:"require_lowercase"`
	// RequireNumbers is whether it must hold a digit.
	RequireNumbers bool `json:"require_numbers"`
	// RequireSymbols is whether it must hold a character that is none of these.
	RequireSymbols bool `json:"require_symbols"`
	// MaxAgeDays is when it must be changed; 0 when never.
	MaxAgeDays int `json:"max_age_days"`
	// ReusePrevention is how many earlier ones may not come back; 0 when all may.
	ReusePrevention int `json:"reuse_prevention"`
	// HardExpiry is whether a user whose password ran out needs an administrator.
	HardExpiry bool `json:"hard_expiry"`
	// UsersMayChange is whether users may change their own.
	UsersMayChange bool `json:"users_may_change"`
}

// Root is the account's root user.
type Root struct {
	// Password is whether it can sign in to the console; false in accounts whose root
	// credentials the organisation took away.
	Password bool `json:"password"`
	// MFA is whether a second factor is registered.
	MFA bool `json:"mfa"`
	// VirtualMFA is whether one of its second factors is an app. When it has a second
	// factor and none is an app, all are devices or passkeys.
	VirtualMFA bool `json:"virtual_mfa"`
	// AccessKeys is whether it has keys for the API.
	AccessKeys bool `json:"access_keys"`
	// SigningCertificates is whether it has certificates that sign requests.
	SigningCertificates bool `json:"signing_certificates"`
	// Usage is when it was used, from a report that is up to four hours old.
	Usage RootUsage `json:"usage"`
}

// RootUsage is when the root user was used.
type RootUsage struct {
	// PasswordLastUsed is its last sign-in; absent when there was none since October 2014.
	PasswordLastUsed *time.Time `json:"password_last_used,omitempty"`
	// KeyLastUsed is when one of its keys last signed a request; absent when none did.
	KeyLastUsed *time.Time `json:"key_last_used,omitempty"`
	// LastUsed is the later of the two; absent when there is neither.
	LastUsed *time.Time `json:"last_used,omitempty"`
	// AsOf is when AWS made the report; absent when that is not told.
	AsOf *time.Time `json:"as_of,omitempty"`
}

// Summary counts what IAM holds.
type Summary struct {
	// Users is the number of users.
	Users int `json:"users"`
	// Groups is the number of groups.
	Groups int `json:"groups"`
	// Roles is the number of roles.
	Roles int `json:"roles"`
	// Policies is the number of the account's own managed policies.
	Policies int `json:"policies"`
	// Providers is the number of identity providers.
	Providers int `json:"providers"`
	// ServerCertificates is the number of certificates uploaded to IAM.
	ServerCertificates int `json:"server_certificates"`
	// MFADevices is the number of second factors that exist.
	MFADevices int `json:"mfa_devices"`
	// MFADevicesInUse is the number of those that are registered for a user.
	MFADevicesInUse int `json:"mfa_devices_in_use"`
}

// AlternateContacts are those that AWS writes to beside the owner. Names, telephone
// numbers and the addresses of single persons are not kept.
type AlternateContacts struct {
	// Security is whether one is registered for security notices.
	Security bool `json:"security"`
	// Billing is whether one is registered for invoices.
	Billing bool `json:"billing"`
	// Operations is whether one is registered for availability.
	Operations bool `json:"operations"`
	// Distinct is whether no two of them have the same address.
	Distinct bool `json:"distinct"`
	// OperationsMailbox is the address for operations where it is a team's, in lower case;
	// empty where there is none or it may be a person's.
	OperationsMailbox string `json:"operations_mailbox"`
	// SecurityMailbox is the address for security where it is a team's, in lower case;
	// empty where there is none or it may be a person's.
	SecurityMailbox string `json:"security_mailbox"`
}

// Organization is the organisation that an account belongs to.
type Organization struct {
	// ARN is its full id.
	ARN string `json:"arn"`
	// ManagementAccount is the id of the account that runs it.
	ManagementAccount string `json:"management_account"`
}

// CentralRootAccess is what the organisation does with the root users of its accounts.
type CentralRootAccess struct {
	// Credentials is whether root credentials of accounts can be removed from here.
	Credentials bool `json:"credentials"`
	// Sessions is whether short sessions as root can be opened from here.
	Sessions bool `json:"sessions"`
}

var summarised = []string{"root.password", "root.mfa", "root.access_keys", "root.signing_certificates", "summary"}

var account = source.Type[*aws.Session, Account]{
	Name:     "aws_account",
	Service:  "account",
	Locality: source.Global,
	Always:   true,
	Calls: []source.Call{
		{Op: "ListAccountAliases", Permission: "iam:ListAccountAliases", Fills: []string{"alias"}},
		{Op: "GetAccountPasswordPolicy", Permission: "iam:GetAccountPasswordPolicy", Fills: []string{"password_policy"}},
		{Op: "GetAccountSummary", Permission: "iam:GetAccountSummary", Fills: summarised},
		{Op: "ListVirtualMFADevices", Permission: "iam:ListVirtualMFADevices", Fills: []string{"root.virtual_mfa"}},
		{Op: "GenerateCredentialReport", Permission: "iam:GenerateCredentialReport", Fills: []string{"root.usage"}},
		{Op: "GetCredentialReport", Permission: "iam:GetCredentialReport", Fills: []string{"root.usage"}},
		{Op: "GetAlternateContact", Permission: "account:GetAlternateContact", Fills: []string{"alternate_contacts"}},
		{Op: "GetContactInformation", Permission: "account:GetContactInformation", Fills: []string{"primary_contact"}},
		{Op: "DescribeOrganization", Permission: "organizations:DescribeOrganization", Fills: []string{"organization"}},
		{Op: "ListOrganizationsFeatures", Permission: "iam:ListOrganizationsFeatures", Fills: []string{"central_root_access"}},
	},
	Refresh: []string{
		"CreateAccountAlias", "DeleteAccountAlias", "UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy", "PutAlternateContact",
		"DeleteAlternateContact", "PutContactInformation", "EnableMFADevice", "DeactivateMFADevice", "CreateAccessKey", "DeleteAccessKey",
		"EnableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootSessions",
		"DisableOrganizationsRootSessions",
	},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Account])) error {
		found(&source.Draft[Account]{ID: s.GlobalARN("iam", "root"), Name: s.Account})
		return nil
	},
	Detail: read,
}
