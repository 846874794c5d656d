package access_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// TestAccessListsAnswerForEveryone holds what lists of buckets give, and that those of
// objects are not known ("Access control list overview", Amazon S3 User Guide).
func TestAccessListsAnswerForEveryone(t *testing.T) {
	t.Parallel()
	listed := func(group, permission, blocked, documents string) string {
		return line("aws_s3_bucket", "arn:aws:s3:::site", `{}`, `,"facets":{"access_policy":{"documents":[`+documents+`],"policy_blocked":false,"enforced":false,"list_blocked":`+blocked+`,
			"grants":[{"principal":"http://acs.amazonaws.com/groups/global/`+group+`","anyone":true,"permission":"`+permission+`","read":true}]}}`)
	}
	const (
		object, whole = "arn:aws:s3:::site/x", "arn:aws:s3:::site"
		deny          = `{"version":"2012-10-17","statements":[{"effect":"Deny","principals":[{"kind":"*","id":"*"}],"actions":["s3:*"],"resources":["*"]}]}`
	)
	read := listed("AllUsers", "READ", "false", "")
	for name, c := range map[string]struct {
		bucket, who, action, resource, guard string
		want                                 decide.Outcome
	}{
		"who reads the bucket lists it":            {bucket: read, action: "s3:ListBucket", resource: whole, want: decide.Allowed},
		"its objects have lists of their own":      {bucket: read, action: "s3:GetObject", resource: object, want: decide.Unknown},
		"for whoever signs too":                    {bucket: read, who: access.AnyAccount, action: "s3:GetObject", resource: object, want: decide.Unknown},
		"nobody writes by them":                    {bucket: read, action: "s3:PutObject", resource: object, want: decide.DeniedImplicitly},
		"lists are off":                            {bucket: listed("AllUsers", "READ", "true", ""), action: "s3:GetObject", resource: object, want: decide.DeniedImplicitly},
		"the account ignores them":                 {bucket: read, guard: guarded("false", "true"), action: "s3:GetObject", resource: object, want: decide.DeniedImplicitly},
		"the account ignores that of the bucket":   {bucket: read, guard: guarded("false", "true"), action: "s3:ListBucket", resource: whole, want: decide.DeniedImplicitly},
		"a policy denies":                          {bucket: listed("AllUsers", "READ", "false", deny), action: "s3:GetObject", resource: object, want: decide.DeniedExplicitly},
		"who signs nothing is not authenticated":   {bucket: listed("AuthenticatedUsers", "READ", "false", ""), action: "s3:ListBucket", resource: whole, want: decide.DeniedImplicitly},
		"anyone with an account is":                {bucket: listed("AuthenticatedUsers", "READ", "false", ""), who: access.AnyAccount, action: "s3:ListBucket", resource: whole, want: decide.Allowed},
		"writing the bucket is making its objects": {bucket: listed("AllUsers", "WRITE", "false", ""), action: "s3:PutObject", resource: object, want: decide.Allowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := access.NewBuilder()
			if c.guard == "" {
				c.guard = guarded("false", "false")
			}
			if c.who == "" {
				c.who = "anonymous"
			}
			add(t, b, alone(), c.bucket, c.guard)
			made, err := b.Directory().Ask(access.Question{Principal: c.who, Action: c.action, Resource: c.resource})
			if err != nil || made.Outcome != c.want {
				t.Errorf("%s by %+v, want %s; %v %v", made.Outcome, made.By, c.want, made.Unknown, err)
			}
		})
	}
}
