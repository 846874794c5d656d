package cognito

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// UserPool is a Cognito user pool: the people who sign in to an application, and how.
type UserPool struct {
	// MFA is ON when a second factor is asked of everyone, OPTIONAL when users choose, OFF
	// when there is none.
	MFA string `json:"mfa"`
	// SelfSignUp is whether strangers can make themselves an account.
	SelfSignUp bool `json:"self_sign_up"`
	// ThreatProtection is ENFORCED when risky sign-ins are acted upon, AUDIT when they are
	// only written down, OFF when nobody looks.
	ThreatProtection string `json:"threat_protection"`
	// CustomThreatProtection is the same for sign-ins by a method of the customer's; empty
	// when it was never set, which acts as OFF.
	CustomThreatProtection string `json:"custom_threat_protection"`
	// CustomSignIn is whether functions of the customer define a way to sign in.
	CustomSignIn bool `json:"custom_sign_in"`
	// Tier is the set of features paid for: LITE, ESSENTIALS or PLUS.
	Tier string `json:"tier"`
	// Password is what a password must be.
	Password Password `json:"password"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// RecoveryMethods are the ways back for who forgot the password, the first to be tried
	// first: verified_email, verified_phone_number or admin_only.
	RecoveryMethods []string `json:"recovery_methods"`
	// VerifiedAttributes are those that Cognito checks by a code: email, phone_number.
	VerifiedAttributes []string `json:"verified_attributes"`
	// Domain is the name of its sign-in pages; empty when it has none.
	Domain string `json:"domain"`
	// Triggers are the functions that take part in signing in.
	Triggers []string `json:"triggers"`
	// KMSKey is the key for codes handed to functions that send them; empty when there is
	// none.
	KMSKey string `json:"kms_key"`
	// Users is about how many users it has.
	Users int `json:"users"`
	// WebACL is the firewall for web requests in front of it; empty when there is none.
	WebACL string `json:"web_acl"`
	// Clients are the applications that may use it.
	Clients []Client `json:"clients"`
	// Risk is what is done about risky sign-ins for all clients.
	Risk Risk `json:"risk"`

	id string
}

// Password is what a password of a user must be.
type Password struct {
	// MinimumLength is the least number of characters.
	MinimumLength int `json:"minimum_length"`
	// Lowercase is whether it must hold a small letter.
	Lowercase bool `json:"lowercase"`
	// Uppercase is whether it must hold a capital.
	Uppercase bool `json:"uppercase"`
	// Numbers is whether it must hold a digit.
	Numbers bool `json:"numbers"`
	// Symbols is whether it must hold another sign.
	Symbols bool `json:"symbols"`
	// TemporaryDays is how long a password set by an administrator is good for.
	TemporaryDays int `json:"temporary_days"`
	// History is how many former passwords may not come back; 0 when any may.
	History int `json:"history"`
}

// Client is an application that may use a pool.
type Client struct {
	// ID is its id.
	ID string `json:"id"`
	// Name is what its owner calls it.
	Name string `json:"name"`
	// Secret is whether it must show a secret.
	Secret bool `json:"secret"`
	// TokenRevocation is whether tokens can be taken back.
	TokenRevocation bool `json:"token_revocation"`
	// HidesUsers is whether an answer does not tell if a user exists.
	HidesUsers bool `json:"hides_users"`
	// OAuthFlows are the ways to tokens: code, implicit, client_credentials.
	OAuthFlows []string `json:"oauth_flows"`
	// AuthFlows are the ways to sign in by API, such as ALLOW_USER_PASSWORD_AUTH.
	AuthFlows []string `json:"auth_flows"`
	// CallbackURLs are where tokens and codes may be sent.
	CallbackURLs []string `json:"callback_urls"`
}

// Risk is what is done about risky sign-ins. Each is empty when nothing was set.
type Risk struct {
	// CompromisedCredentials is BLOCK or NO_ACTION for passwords known to be stolen.
	CompromisedCredentials string `json:"compromised_credentials"`
	// High is what follows a sign-in of high risk: BLOCK, MFA_REQUIRED, MFA_IF_CONFIGURED
	// or NO_ACTION.
	High string `json:"high"`
	// Medium is what follows one of medium risk.
	Medium string `json:"medium"`
	// Low is what follows one of low risk.
	Low string `json:"low"`
}

// described are the fields that DescribeUserPool fills.
var described = []string{
	"mfa", "self_sign_up", "threat_protection", "custom_threat_protection", "custom_sign_in", "tier", "password",
	"deletion_protection", "recovery_methods", "verified_attributes", "domain", "triggers", "kms_key", "users", "tags",
}

var userPool = source.Type[*aws.Session, UserPool]{
	Name:     "aws_cognito_user_pool",
	Service:  "cognito",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListUserPools", Permission: "cognito-idp:ListUserPools"},
		{Op: "DescribeUserPool", Permission: "cognito-idp:DescribeUserPool", Fills: described},
		{Op: "ListUserPoolClients", Permission: "cognito-idp:ListUserPoolClients", Fills: []string{"clients"}},
		{Op: "DescribeUserPoolClient", Permission: "cognito-idp:DescribeUserPoolClient", Fills: []string{"clients"}},
		{Op: "DescribeRiskConfiguration", Permission: "cognito-idp:DescribeRiskConfiguration", Fills: []string{"risk"}},
		{Op: "GetWebACLForResource", Permission: "wafv2:GetWebACLForResource", Fills: []string{"web_acl"}},
	},
	Refresh: []string{
		"CreateUserPool", "UpdateUserPool", "DeleteUserPool", "SetUserPoolMfaConfig", "CreateUserPoolClient", "UpdateUserPoolClient",
		"DeleteUserPoolClient", "SetRiskConfiguration", "CreateUserPoolDomain", "DeleteUserPoolDomain", "AssociateWebACL", "DisassociateWebACL",
	},
	Gone:   []string{"ResourceNotFoundException"},
	List:   listUserPools,
	Detail: readUserPool,
	Facets: userPoolFacets,
}

func listUserPools(ctx context.Context, s *aws.Session, found func(*source.Draft[UserPool])) error {
	size := int32(60)
	pages := sdk.NewListUserPoolsPaginator(client(s), &sdk.ListUserPoolsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.UserPools {
			d := &source.Draft[UserPool]{ID: s.ARN("cognito-idp", "userpool/"+aws.Value(p.Id)), Name: aws.Value(p.Name), Created: aws.Value(p.CreationDate).UTC()}
			d.Config.id = aws.Value(p.Id)
			found(d)
		}
	}
	return nil
}
