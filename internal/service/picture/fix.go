package picture

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/estate"
)

// change is something that cuts steps. Checks that ask for the same change have its
// action as their fix action, so that their findings stand under it; title and text are
// for changes under which no finding stands.
type change struct {
	action string
	points []string
	title  string
	text   string
}

var (
	ofTemplate = []string{"template", "resource"}
	ofPolicy   = []string{"shared-policy", "template", "resource"}
	ofResource = []string{"resource"}
)

// The changes.
var (
	narrowIngress = change{"aws-ec2-narrow-ingress", []string{"shared-policy", "resource"}, "Let fewer addresses in",
		"Let in only the addresses that need it, or put a load balancer, a VPN or Session Manager in front."}
	requireTokens = change{"aws-ec2-require-tokens", ofTemplate, "Demand session tokens of the metadata service",
		"Set HttpTokens to required, so that a tricked web server cannot hand the machine's credentials out."}
	detachRole = change{"aws-workload-detach-role", ofTemplate, "Take the role away, or give the workload a narrower one",
		"Give the workload a role of its own that allows what its code does and no more."}
	closeURL = change{"aws-lambda-authenticate-url", ofTemplate, "Let the function's address check its callers",
		"Set the authentication of the address to AWS_IAM, or put an API that checks callers in front."}
	privateStore = change{"store-make-private", ofTemplate, "Take the store off the internet",
		"Switch public access off and reach it from inside the network."}
	closePublic = change{"store-block-public-access", ofTemplate, "Close it to strangers",
		"Take everyone out of its policy and access list, and switch the block on public access on."}
	narrowPolicy = change{"aws-iam-narrow-policy", ofPolicy, "Narrow what the policy allows",
		"Name the actions and resources that the work needs; stance access explain shows which statement decides."}
	narrowAccess = change{"aws-narrow-resource-policy", ofTemplate, "Narrow whom its own policy lets in",
		"Name the identities that need it in the policy of the resource; stance access explain shows which statement decides."}
	narrowTrust = change{"aws-iam-narrow-trust", ofTemplate, "Narrow who may become the role",
		"Name the accounts, repositories or identities that need the role, with an external id for those of others."}
	requireMFA = change{"aws-iam-require-mfa", ofResource, "Ask for a second factor",
		"Register a second factor, and deny the user everything without it."}
	guardRoot = change{"aws-account-guard-root", ofResource, "Guard the root user",
		"Register a second factor for the root user, or remove its password from the organisation."}
	removeRootKeys = change{"aws-account-remove-root-keys", ofResource, "Delete the root user's access keys",
		"Move what uses them to a role, and delete them."}
	bindService = change{"aws-bind-service-callers", ofTemplate, "Say for whom the service may call",
		"Add a condition on aws:SourceArn or aws:SourceAccount to the statement that lets the service in."}
	removeKeys = change{"aws-iam-remove-access-keys", ofResource, "Replace the user's access keys by a role",
		"Let the software take a role for a while, and delete the keys."}
)

// changes are all of them, by action.
func changes() map[string]change {
	all := map[string]change{}
	for _, c := range []change{narrowIngress, requireTokens, detachRole, closeURL, privateStore, closePublic, narrowPolicy, narrowAccess, narrowTrust,
		requireMFA, guardRoot, removeRootKeys, bindService, removeKeys} {
		all[c.action] = c
	}
	return all
}

// fix is the key of a change for a resource, at the place where it is best made.
func (a *artist) fix(c change, id string) estate.FixKey {
	ref, ok := a.refs[id]
	if !ok {
		ref = shared(id)
	}
	return issue.KeyOf(estate.Check{Fix: estate.Fix{Action: c.action, ControlPoint: c.points}}, ref, a.gathered.index.Facts(ref))
}

// shared tells what an id is that no step leads through: a policy or a security group.
func shared(id string) estate.Ref {
	ref := estate.Ref{ID: id, Cloud: estate.AWS, Account: accountIn(id)}
	switch {
	case strings.Contains(id, ":policy/"):
		ref.Type = "aws_iam_policy"
	case strings.Contains(id, ":group/"):
		ref.Type = "aws_iam_group"
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
