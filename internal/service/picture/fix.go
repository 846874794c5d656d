package picture

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/estate"
)

// change is something that cuts steps. Checks that ask for the same change have its
// action as their fix action, so that their findings stand under it.
type change struct {
	action string
	points []string
}

// The changes.
var (
	narrowIngress  = change{"aws-ec2-narrow-ingress", []string{"shared-policy", "resource"}}
	requireTokens  = change{"aws-ec2-require-tokens", []string{"template", "resource"}}
	detachRole     = change{"aws-workload-detach-role", []string{"template", "resource"}}
	closeURL       = change{"aws-lambda-authenticate-url", []string{"template", "resource"}}
	privateStore   = change{"store-make-private", []string{"template", "resource"}}
	closePublic    = change{"store-block-public-access", []string{"template", "resource"}}
	narrowPolicy   = change{"aws-iam-narrow-policy", []string{"shared-policy", "template", "resource"}}
	narrowTrust    = change{"aws-iam-narrow-trust", []string{"template", "resource"}}
	requireMFA     = change{"aws-iam-require-mfa", []string{"resource"}}
	guardRoot      = change{"aws-account-guard-root", []string{"resource"}}
	removeRootKeys = change{"aws-account-remove-root-keys", []string{"resource"}}
	removeKeys     = change{"aws-iam-remove-access-keys", []string{"resource"}}
)

// fix is the key of a change for a resource, at the place where it is best made.
func (a *artist) fix(c change, id string) estate.FixKey {
	ref, ok := a.refs[id]
	if !ok {
		ref = shared(id)
	}
	return issue.KeyOf(estate.Check{Fix: estate.Fix{Action: c.action, ControlPoint: c.points}}, ref, a.index.Facts(ref))
}

// shared tells what an id is that no step leads through: a policy or a security group.
func shared(id string) estate.Ref {
	ref := estate.Ref{ID: id, Cloud: estate.AWS, Account: accountIn(id)}
	switch {
	case strings.Contains(id, ":policy/"):
		ref.Type = "aws_iam_policy"
	case strings.Contains(id, "security-group/") || strings.HasPrefix(id, "sg-"):
		ref.Type = "aws_security_group"
	}
	return ref
}

// fixes is fix as a list of one.
func (a *artist) fixes(c change, id string) []estate.FixKey { return []estate.FixKey{a.fix(c, id)} }

// policyFix is narrowing the policy that allows something: a managed one where it is, an
// inline one at its principal.
func (a *artist) policyFix(policy, principal string) estate.FixKey {
	if strings.HasPrefix(policy, "arn:") {
		return a.fix(narrowPolicy, policy)
	}
	return a.fix(narrowPolicy, principal)
}
