package picture

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// unsigned are the types whose APIs also answer requests that nobody signed, where a
// policy lets everyone in ("Making requests without authentication", Amazon S3; "Grant
// anonymous access", Amazon SQS; "Identity and Access Management", OpenSearch Service;
// "IAM-based file system policies", Amazon EFS). Where AWS does not say, as of SNS, they
// are taken to.
var unsigned = []string{
	"aws_s3_bucket", "aws_s3_access_point", "aws_sqs_queue", "aws_sns_topic", "aws_opensearch_domain", "aws_efs_file_system",
	"aws_api_gateway_rest_api", "aws_apigatewayv2_api",
}

// anyone is where everybody who may use a store stands: on the internet, or with an
// account at AWS where requests must be signed.
func (a *artist) anyone(s *store) (entry, who string) {
	resource := a.directory.Resource(s.ref.ID)
	switch {
	case !slices.Contains(unsigned, s.ref.Type), resource != nil && forSigned(resource):
		return attack.AnyAccount, "anyone with an AWS account"
	default:
		return attack.Internet, "anyone on the internet"
	}
}

// forSigned reports whether nothing lets everyone in but entries of an access list that
// are for whoever signs.
func forSigned(r *access.Resource) bool {
	listed := false
	for _, g := range r.Grants {
		if g.Anyone && !authenticated(&g) {
			return false
		}
		listed = listed || g.Anyone
	}
	return listed && r.Unknown == nil && !slices.ContainsFunc(r.Documents, func(doc policydoc.Document) bool {
		return slices.ContainsFunc(doc.Statements, func(s policydoc.Statement) bool {
			return s.Allows() && (len(s.NotPrincipals) > 0 || slices.ContainsFunc(s.Principals, policydoc.Principal.Anyone))
		})
	})
}

func authenticated(g *facet.Grant) bool { return strings.HasSuffix(g.Principal, "/AuthenticatedUsers") }
