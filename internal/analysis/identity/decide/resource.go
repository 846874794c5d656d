package decide

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// UnknownAccount as the account of a resource says that its owner is not known.
const UnknownAccount = "unknown"

// Resource is what a request is about.
type Resource struct {
	// ARN is the resource's, or "*" for a request that is about none in particular.
	ARN string
	// Account is the twelve digits of the owner, or UnknownAccount. Empty means the
	// account in the ARN; where that has none, as for S3, the owner is not known. For
	// the ARN "*" it means the principal's account.
	Account string
	// Type is the resource type by Stance's name, for display; rules go by the ARN.
	Type string
	// Tags are nil when they are not known, or when the service does not authorise
	// by them.
	Tags map[string]string
	// TagsUnknown says why the tags, which are fixed before any request, could not be read.
	TagsUnknown *estate.Unknown
	// OrgID is the owner's organisation, NoOrganization, or empty when not known.
	OrgID string
	// OrgPaths are the paths from the organisation to the account, o-id/r-id/ou-id/.
	OrgPaths []string
	// ManagementAccount tells that the owner is the organisation's management account.
	ManagementAccount bool
	// AWSManaged tells a KMS key that AWS manages, which RCPs do not reach.
	AWSManaged bool
	// Policy is the policy attached to the resource, the trust policy of a role; nil
	// when it has none.
	Policy *policydoc.Document
	// PolicyUnknown says why the policy could not be read.
	PolicyUnknown *estate.Unknown
}

// service returns the prefix of an action, in lower case.
func serviceOf(action string) string {
	prefix, _, _ := strings.Cut(action, ":")
	return strings.ToLower(prefix)
}

// isRole and isKey tell the resources whose policies follow rules of their own.
func isRole(arn string) bool { return isKind(arn, "iam", "role/") }

func isKey(arn string) bool { return isKind(arn, "kms", "key/") }

func isKind(arn, service, prefix string) bool {
	parts, ok := splitARN(arn)
	return ok && parts[fieldService] == service && strings.HasPrefix(parts[fieldName], prefix)
}

// isAccount reports whether s has the form of an AWS account id.
func isAccount(s string) bool {
	const digits = 12
	return len(s) == digits && strings.Trim(s, "0123456789") == ""
}
