package unused_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
)

// FuzzFacts takes in whatever text as a role, a user and a report: it is refused or
// judged, and nothing panics.
func FuzzFacts(f *testing.F) {
	f.Add([]byte(`{"id":"` + roleARN + `","account":"` + account + `","created":"2020-01-01T00:00:00Z","config":{"principal":"` + roleARN + `","inline_policies":[{"name":"a","document":{"version":"","statements":[{"effect":"Allow","actions":[":","*:","s3*","iam:?"],"not_actions":[],"resources":[""]}]}}],"services":[{"service":"S3","last_used":"2026-11-20T00:00:00Z","actions":[{"action":""},{"action":"Get"}]},{"service":""},{"service":"iam"}]}}`))
	f.Add([]byte(`{"config":{"access_keys":[{"active":true}],"services":null},"unknown":[{"path":"access_keys[0].last_used"}]}`))
	f.Fuzz(func(_ *testing.T, line []byte) {
		b, facts := access.NewBuilder(), unused.NewFacts()
		for _, kind := range []string{"aws_iam_role", "aws_iam_user", "aws_iam_last_accessed"} {
			_ = b.Add(kind, line)
			_ = facts.Add(kind, line)
		}
		d := b.Directory()
		facts.Items(d, window)
		auditor := unused.NewAuditor(facts, d, window)
		for _, p := range d.Principals() {
			auditor.Excess(p)
			if proposal, why := auditor.RightSize(p); why == nil {
				auditor.Prove(p, proposal)
				_, _ = proposal.JSON()
			}
		}
	})
}
