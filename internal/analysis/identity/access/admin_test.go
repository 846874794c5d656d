package access_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate"
)

func TestAdministersWeighsEverything(t *testing.T) {
	t.Parallel()
	allow := func(elements string) string {
		return `{"inline_policies":[{"name":"own","document":{"version":"2012-10-17","statements":[` + elements + `]}}]}`
	}
	const all = `{"effect":"Allow","actions":["*"],"resources":["*"]}`
	for name, c := range map[string]struct {
		config string
		want   estate.Tri
	}{
		"everything":              {allow(all), estate.Yes},
		"by-parts":                {allow(`{"effect":"Allow","not_actions":["iam:*"],"resources":["*"]},{"effect":"Allow","actions":["iam:*"],"resources":["*"]}`), estate.Yes},
		"nothing":                 {`{}`, estate.No},
		"one-service":             {allow(`{"effect":"Allow","actions":["s3:*"],"resources":["*"]}`), estate.No},
		"all-but-identities":      {allow(`{"effect":"Allow","not_actions":["iam:*"],"resources":["*"]}`), estate.No},
		"one-thing-denied":        {allow(all + `,{"effect":"Deny","actions":["kms:CreateKey"],"resources":["*"]}`), estate.No},
		"second-factor":           {allow(`{"effect":"Allow","actions":["*"],"resources":["*"],"conditions":[{"operator":"Bool","key":"aws:MultiFactorAuthPresent","values":["true"]}]}`), estate.Maybe},
		"last-is-not-sure":        {allow(`{"effect":"Allow","not_actions":["cloudtrail:*"],"resources":["*"]},{"effect":"Allow","actions":["cloudtrail:*"],"resources":["*"],"conditions":[{"operator":"Bool","key":"aws:MultiFactorAuthPresent","values":["true"]}]}`), estate.Maybe},
		"harmless-policies-alone": {allow(all + `,{"effect":"Deny","actions":["iam:AttachRolePolicy"],"resources":["*"],"conditions":[{"operator":"ArnNotEquals","key":"iam:PolicyARN","values":["arn:aws:iam::aws:policy/ReadOnlyAccess"]}]}`), estate.No},
		"no-policies-of-others":   {allow(all + `,{"effect":"Deny","actions":["iam:AttachRolePolicy"],"resources":["*"],"conditions":[{"operator":"ArnNotLike","key":"iam:PolicyARN","values":["arn:aws:iam::aws:policy/*"]}]}`), estate.Yes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := access.NewBuilder()
			add(t, b, alone(), line("aws_iam_user", ann, c.config))
			d := b.Directory()
			got, by := d.Administers(d.Principal(ann))
			if got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
			if (by.By.Source == "") != (got == estate.No) {
				t.Errorf("%v is by %+v", got, by.By)
			}
		})
	}
}
