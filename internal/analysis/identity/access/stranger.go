package access

import "github.com/stance-sec/stance/internal/analysis/identity/decide"

// AnyAccount stands for whoever has some AWS account and lets its own identities do all.
// It is more than "anonymous", who signs no request and so has no keys of a principal, and
// cannot take a role ("AssumeRole", AWS STS API Reference).
const AnyAccount = "any AWS account"

// strangerAccount stands for an account that nobody has heard of.
const strangerAccount = "000000000000"

// stranger is an identity of an account that is in no organisation. Its tags are what it
// chooses them to be.
func stranger() decide.Principal {
	return decide.Principal{Kind: decide.User, ARN: "arn:aws:iam::" + strangerAccount + ":user/" + anyName, Account: strangerAccount, OrgID: decide.NoOrganization}
}

// strange leaves to the request what a stranger may choose.
func strange(context *decide.Context) {
	for _, key := range []string{"aws:username", "aws:userid", "aws:PrincipalType", "aws:FederatedProvider"} {
		context.Open(key)
	}
	context.SetLike("aws:PrincipalArn", "arn:aws:iam::"+strangerAccount+":*")
}
