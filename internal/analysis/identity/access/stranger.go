package access

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// AnyAccount stands for whoever has some AWS account and lets its own identities do all.
// It is more than "anonymous", who signs no request and so has no keys of a principal, and
// cannot take a role ("AssumeRole", AWS STS API Reference).
const AnyAccount = "any AWS account"

// strangerAccount stands for an account that nobody has heard of.
const strangerAccount = "000000000000"

// someone is an identity of an account that may have any name.
func someone(account string) string { return "arn:aws:iam::" + account + ":user/" + anyName }

// stranger is an identity of an account that is in no organisation. Its tags are what it
// chooses them to be.
func stranger() decide.Principal {
	return decide.Principal{Kind: decide.User, ARN: someone(strangerAccount), Account: strangerAccount, OrgID: decide.NoOrganization}
}

// strange leaves to the request what someone may choose.
func strange(context *decide.Context, who *decide.Principal) {
	if who.ARN != someone(who.Account) {
		return
	}
	for _, key := range []string{"aws:username", "aws:userid", "aws:PrincipalType", "aws:FederatedProvider"} {
		context.Open(key)
	}
	context.SetLike("aws:PrincipalArn", "arn:aws:iam::"+who.Account+":*")
}

// actsAs is who is asked about for a name in a policy: for a whole account someone of it
// where its root user, for which the name stands otherwise, may not act.
func actsAs(name, action string) string {
	if who, ok := decide.ParsePrincipal(name); ok && who.Kind == decide.Root && strings.EqualFold(action, "sts:AssumeRole") {
		return someone(who.Account)
	}
	return name
}
