package access_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// TestTagsThatWereNotReadAreUnknown is about conditions on the tags of what is acted on, by
// the key of AWS and by that of the service.
func TestTagsThatWereNotReadAreUnknown(t *testing.T) {
	t.Parallel()
	const bob = "arn:aws:iam::111111111111:user/bob"
	for name, c := range map[string]struct {
		more string
		want decide.Outcome
	}{
		"tagged":       {`,"tags":{"team":"blue"}`, decide.Allowed},
		"tagged-other": {`,"tags":{"team":"red"}`, decide.DeniedImplicitly},
		"not-tagged":   {``, decide.DeniedImplicitly},
		"not-read":     {`,"unknown":[{"path":"tags","reason":"denied","permission":"iam:ListUserTags"}]`, decide.Unknown},
	} {
		for _, key := range []string{"aws:ResourceTag/team", "iam:ResourceTag/team"} {
			b := access.NewBuilder()
			add(t, b, alone(), line("aws_iam_user", bob, `{}`, c.more), line("aws_iam_user", ann, `{"inline_policies":[{"name":"own","document":{"version":"2012-10-17","statements":[
				{"effect":"Allow","actions":["iam:DeleteUser"],"resources":["*"],"conditions":[{"operator":"StringEquals","key":"`+key+`","values":["blue"]}]}]}}]}`))
			d := b.Directory()
			got := d.AskFor(d.Principal(ann), access.Question{Action: "iam:DeleteUser", Resource: bob})
			if got.Outcome != c.want || d.May(d.Principal(ann), "iam:DeleteUser", bob) != c.want {
				t.Errorf("%s, %s: %s, want %s", name, key, got.Outcome, c.want)
			}
			if c.want == decide.Unknown && (len(got.Unknown) != 1 || got.Unknown[0].Permission != "iam:ListUserTags") {
				t.Errorf("%s, %s: unknown is %v", name, key, got.Unknown)
			}
		}
	}
}
