package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// TestGrantsPermitTheUseOfAKey holds what grants of a key let whom do, beside its policy
// and under denies ("Grants in AWS KMS", "Using grant constraints").
func TestGrantsPermitTheUseOfAKey(t *testing.T) {
	t.Parallel()
	const (
		key = "arn:aws:kms:eu-west-1:111111111111:key/k1"
		app = "arn:aws:iam::111111111111:role/app"
		ops = "arn:aws:iam::111111111111:role/ops"
	)
	role := func(config string) string { return line("aws_iam_role", app, `{`+config+`}`) }
	locked := func(grants, unknown, denies string) string {
		return line("aws_kms_key", key, `{"grants":[`+grants+`]}`, `,"facets":{"access_policy":{"documents":[{"version":"2012-10-17","statements":[
			{"effect":"Allow","principals":[{"kind":"AWS","id":"arn:aws:iam::111111111111:root"}],"actions":["kms:Put*"],"resources":["*"]}`+denies+`]}],"grants":[]}}`, unknown)
	}
	grant := func(who, operations, more string) string {
		return `{"id":"g1","grantee":"` + who + `","retiring":"` + ops + `","operations":[` + operations + `]` + more + `}`
	}
	const (
		unread  = `,"unknown":[{"path":"grants","reason":"denied","permission":"kms:ListGrants"}]`
		deny    = `,{"effect":"Deny","principals":[{"kind":"*","id":"*"}],"actions":["kms:Decrypt"],"resources":["*"]}`
		decrypt = `"Decrypt"`
	)
	for name, c := range map[string]struct {
		role, key, asks, action string
		want                    decide.Outcome
		residue                 string
	}{
		"a grant to the role":                 {key: locked(grant(app, decrypt, ""), "", ""), want: decide.Allowed},
		"a grant of something else":           {key: locked(grant(app, `"Encrypt"`, ""), "", ""), want: decide.DeniedImplicitly},
		"a grant to another":                  {key: locked(grant(ops, decrypt, ""), "", ""), want: decide.DeniedImplicitly},
		"no grant":                            {key: locked("", "", ""), want: decide.DeniedImplicitly},
		"the key policy denies":               {key: locked(grant(app, decrypt, ""), "", deny), want: decide.DeniedExplicitly},
		"the role is denied":                  {role: `"inline_policies":[{"name":"own","document":{"version":"2012-10-17","statements":[{"effect":"Deny","actions":["kms:*"],"resources":["*"]}]}}]`, key: locked(grant(app, decrypt, ""), "", ""), want: decide.DeniedExplicitly},
		"for one encryption context":          {key: locked(grant(app, decrypt, `,"context_subset":{"table":"a${b}*"}`), "", ""), want: decide.Conditional, residue: "table"},
		"for one encryption context alone":    {key: locked(grant(app, decrypt, `,"context_equals":{"table":"orders"}`), "", ""), want: decide.Conditional, residue: "EncryptionContextKeys"},
		"which says nothing of a description": {key: locked(grant(app, `"DescribeKey","Decrypt"`, `,"context_equals":{"table":"orders"}`), "", ""), action: "kms:DescribeKey", want: decide.Allowed},
		"on behalf of a resource":             {key: locked(grant(app, decrypt, `,"source_arn":"arn:aws:sqs:eu-west-1:111111111111:q"`), "", ""), want: decide.DeniedImplicitly},
		"who may retire it":                   {key: locked(grant(ops, decrypt, ""), "", ""), asks: ops, action: "kms:RetireGrant", want: decide.Allowed},
		"a service":                           {key: locked(grant("dynamodb.eu-west-1.amazonaws.com", decrypt, ""), "", ""), asks: "dynamodb.eu-west-1.amazonaws.com", want: decide.Allowed},
		"grants that were not read":           {key: locked("", unread, ""), want: decide.Unknown},
		"nobody signs nothing":                {key: locked("", unread, ""), asks: "anonymous", want: decide.DeniedImplicitly},
		"not read, what no grant permits":     {key: locked("", unread, ""), action: "kms:ScheduleKeyDeletion", want: decide.DeniedImplicitly},
		"not read, and denied":                {key: locked("", unread, deny), want: decide.DeniedExplicitly},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := access.NewBuilder()
			add(t, b, alone(), role(c.role), line("aws_iam_role", ops, `{}`), c.key)
			d := b.Directory()
			if c.asks == "" {
				c.asks = app
			}
			if c.action == "" {
				c.action = "kms:Decrypt"
			}
			made, err := d.Ask(access.Question{Principal: c.asks, Action: c.action, Resource: key})
			if err != nil || made.Outcome != c.want || !strings.Contains(made.Residue.String(), c.residue) {
				t.Fatalf("%s by %+v if %s, want %s; %v %v", made.Outcome, made.By, made.Residue, c.want, made.Unknown, err)
			}
			doubted := slices.ContainsFunc(made.Trace, func(s decide.Step) bool { return s.Note == decide.NoteKMSGrants })
			if doubted && made.Outcome == decide.DeniedImplicitly && !strings.Contains(c.key, unread) {
				t.Error("it says that a grant may permit it still")
			}
			if p := d.Principal(c.asks); p != nil {
				if got := d.May(p, c.action, key); got != made.Outcome {
					t.Errorf("May says %s, Ask %s", got, made.Outcome)
				}
			}
			holders, err := d.WhoCan(t.Context(), c.action, key, nil)
			if err != nil {
				t.Fatal(err)
			}
			held := slices.ContainsFunc(holders, func(h access.Holder) bool {
				return h.Principal == c.asks || h.Kind == "grantee" && h.Decision.Outcome == decide.Unknown
			})
			if may := c.want == decide.Allowed || c.want == decide.Conditional || c.want == decide.Unknown; may && !held {
				t.Errorf("it is not among who can: %+v", holders)
			}
		})
	}
}
