package decide

import "strings"

// byRule answers the requests that AWS answers without policies.
func (e *evaluator) byRule() (Decision, bool) {
	action, who := strings.ToLower(e.req.Action), &e.req.Principal
	switch {
	case action == "sts:getcalleridentity" && who.inAccount():
		return e.ruled(Allowed, NoteCallerIdentity), true
	case action == "sts:getsessiontoken" && who.LongLived():
		return e.ruled(Allowed, NoteSessionToken), true
	case action == "sts:getsessiontoken" && who.inAccount():
		return e.ruled(DeniedImplicitly, NoteSessionHasToken), true
	case action == "sts:assumerole" && who.Kind == Root:
		return e.ruled(DeniedImplicitly, NoteRootCannotAssume), true
	case action == "sts:assumerole" && who.Kind == Anonymous:
		return e.ruled(DeniedImplicitly, NoteNobodyCannotAssume), true
	case action == "iam:passrole" && isRole(e.req.Resource.ARN) && e.owner() == otherAccount:
		return e.ruled(DeniedImplicitly, NotePassRoleOtherAccount), true
	case protected(action, e.req.Resource.ARN):
		return e.ruled(DeniedImplicitly, NoteProtectedRole), true
	default:
		return Decision{}, false
	}
}

func (e *evaluator) ruled(outcome Outcome, note Note) Decision {
	e.rule(NoLayer, note)
	return Decision{Outcome: outcome, By: Statement{Layer: NoLayer, Source: noteTexts[note], Index: -1}, Trace: e.trace}
}

// assumes reports whether an action is one that the trust policy of a role is about.
func assumes(action string) bool {
	switch strings.ToLower(action) {
	case "sts:assumerole", "sts:assumerolewithwebidentity", "sts:assumerolewithsaml", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext":
		return true
	default:
		return false
	}
}

// byToken reports whether an action is made with the token of an identity provider
// instead of credentials, so that the trust policy alone decides.
func byToken(action string) bool {
	switch strings.ToLower(action) {
	case "sts:assumerolewithwebidentity", "sts:assumerolewithsaml":
		return true
	default:
		return false
	}
}

// repairs reports whether the root user works on the policy of a bucket of its
// account, from which that policy cannot shut it out ("PutBucketPolicy", Amazon S3 API
// Reference).
func (e *evaluator) repairs() bool {
	if e.req.Principal.Kind != Root || e.owner() != ownAccount {
		return false
	}
	switch strings.ToLower(e.req.Action) {
	case "s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy":
		return true
	default:
		return false
	}
}

// protected reports whether IAM refuses to change a role for everyone in its account:
// what a service-linked role may do and who may assume it, and anything about a role
// that IAM Identity Center keeps ("Create a service-linked role", IAM User Guide;
// "Referencing permission sets in resource policies", IAM Identity Center User Guide).
func protected(action, arn string) bool {
	if !strings.HasPrefix(action, "iam:") {
		return false
	}
	reserved := isKind(arn, "iam", "role/aws-reserved/sso.amazonaws.com/")
	switch strings.TrimPrefix(action, "iam:") {
	case "attachrolepolicy", "detachrolepolicy", "putrolepolicy", "deleterolepolicy", "updateassumerolepolicy",
		"putrolepermissionsboundary", "deleterolepermissionsboundary", "deleterole":
		return reserved || isKind(arn, "iam", "role/aws-service-role/")
	case "updaterole", "updateroledescription", "tagrole", "untagrole":
		return reserved
	default:
		return false
	}
}

// scpExemption says why service control policies do not limit the principal.
func (e *evaluator) scpExemption() Note {
	who := &e.req.Principal
	switch {
	case !who.inAccount() || byToken(e.req.Action):
		return NoteNotInAccount
	case who.ManagementAccount:
		return NoteManagementAccount
	case who.ServiceLinked:
		return NoteServiceLinked
	default:
		return NoNote
	}
}

// rcpServices are the services that resource control policies began with, for want
// of reference data.
var rcpServices = map[string]bool{"s3": true, "sts": true, "kms": true, "sqs": true, "secretsmanager": true}

// rcpExemption says why resource control policies do not limit the resource.
func (e *evaluator) rcpExemption() Note {
	service := serviceOf(e.req.Action)
	supported := rcpServices[service]
	if e.req.Reference != nil {
		supported = e.req.Reference.RCPSupported(service)
	}
	switch {
	case e.req.Resource.ManagementAccount:
		return NoteManagementAccount
	case e.req.Principal.ServiceLinked:
		return NoteServiceLinked
	case !supported || strings.EqualFold(e.req.Action, "kms:RetireGrant"):
		return NoteRCPUnsupported
	case e.req.Resource.AWSManaged:
		return NoteAWSManaged
	default:
		return NoNote
	}
}

// ownership tells whose the resource is.
type ownership uint8

const (
	ownAccount ownership = iota
	otherAccount
	unknownAccount
)

// owner tells whether the resource belongs to the account of the principal.
func (e *evaluator) owner() ownership {
	r := &e.req.Resource
	account := r.Account
	if account == "" {
		parts, ok := splitARN(r.ARN)
		switch {
		case r.ARN == "*" || ok && parts[fieldAccount] == "aws":
			return ownAccount
		case ok && isAccount(parts[fieldAccount]):
			account = parts[fieldAccount]
		default:
			return unknownAccount
		}
	}
	switch account {
	case e.req.Principal.Account:
		return ownAccount
	case UnknownAccount:
		return unknownAccount
	default:
		return otherAccount
	}
}
