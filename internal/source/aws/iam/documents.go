package iam

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// InlinePolicy is a policy that stands in one user, group or role and nowhere else.
type InlinePolicy struct {
	// Name is unique within the identity.
	Name string `json:"name"`
	// Document says what it allows and denies.
	Document *policydoc.Document `json:"document,omitempty"`
}

func inlinePolicies(list []types.PolicyDetail) []InlinePolicy {
	out := make([]InlinePolicy, 0, len(list))
	for _, p := range list {
		out = append(out, InlinePolicy{Name: aws.Value(p.PolicyName), Document: parse(aws.Value(p.PolicyDocument))})
	}
	return out
}

// parse returns nil for a text that is no policy; misread marks what that leaves open.
func parse(text string) *policydoc.Document {
	document, err := policydoc.Parse(text)
	if err != nil {
		return nil
	}
	return document
}

// misread marks the document at path as unknown when it could not be parsed.
func misread[C any](d *source.Draft[C], path string, document *policydoc.Document) {
	if document == nil {
		d.Unknown(path, estate.Errorf(estate.CodeInvalid, "read the policy", "the document of %.80q is not a policy", d.Name))
	}
}

func misreadInline[C any](d *source.Draft[C], list []InlinePolicy) {
	for i, p := range list {
		misread(d, fmt.Sprintf("inline_policies[%d].document", i), p.Document)
	}
}

func attached(list []types.AttachedPolicy) []string {
	out := make([]string, 0, len(list))
	for _, p := range list {
		out = append(out, aws.Value(p.PolicyArn))
	}
	return out
}

func boundary(b *types.AttachedPermissionsBoundary) string {
	if b == nil {
		return ""
	}
	return aws.Value(b.PermissionsBoundaryArn)
}

// managedByAWS reports whether a policy's ARN is of AWS's own: arn:aws:iam::aws:policy/….
func managedByAWS(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && parts[4] == "aws"
}
