package e2e_test

import (
	"slices"
	"testing"
)

func TestCompany(t *testing.T) {
	c := theCompany(t)
	r := c.scan(t)
	t.Run("every planted fault and no near miss", func(t *testing.T) { asExpected(t, c.expected, r) })
	t.Run("ways of attackers", func(t *testing.T) { ways(t, c.planted, r) })
	t.Run("ledger", func(t *testing.T) { covered(t, r) })
	t.Run("sizes", func(t *testing.T) { sizes(t, r) })
}

func asExpected(t *testing.T, expected []expectation, r report) {
	if len(expected) < 900 {
		t.Errorf("only %d expectations", len(expected))
	}
	byCheck := map[string][]finding{}
	for _, f := range r.Findings {
		byCheck[f.Check] = append(byCheck[f.Check], f)
		if weight(f.Status) == 0 {
			t.Errorf("%s of %s has the status %q", f.Check, f.Resource.ID, f.Status)
		}
	}
	for _, e := range expected {
		if got, why := e.verdict(byCheck[e.Check]); got != e.Status {
			t.Errorf("%s of %s/%s %s %s is %s, not %s: %s", e.Check, e.AccountName, e.Region, e.Type, e.Name, got, e.Status, why.Message)
		}
	}
}

// covered holds the ledger to what the local API is known not to answer.
func covered(t *testing.T, r report) {
	for _, line := range r.Coverage {
		if line.Status != "failed" || line.Reason == "unsupported" {
			continue
		}
		t.Errorf("%s in %s %s failed: %s %s", line.Type, line.Account, line.Region, line.Reason, line.Detail)
	}
}

func sizes(t *testing.T, r report) {
	got := map[string]int{}
	for _, line := range r.Coverage {
		got[line.Type] += line.Resources
	}
	for kind, want := range map[string]int{"aws_instance": 200, "aws_s3_bucket": 50, "aws_db_instance": 100} {
		if got[kind] != want {
			t.Errorf("%d x %s, not %d", got[kind], kind, want)
		}
	}
}

// TestCompanyCallDenied refuses one call in one account: of the verdicts on buckets
// those that rest on it become unknown, the others stay, and the report names what is
// missing.
func TestCompanyCallDenied(t *testing.T) {
	c := theCompany(t)
	var production string
	for _, e := range c.expected {
		if e.AccountName == "production" {
			production = e.Account
		}
	}
	before := c.scan(t, "--services", "s3")
	c.control(t, "faults", []map[string]any{{"kind": "deny", "operation": "s3:GetBucketPolicy", "account": production}})
	t.Cleanup(func() { c.control(t, "reset", map[string]any{}) })
	after := c.scan(t, "--services", "s3")

	type key struct{ check, id string }
	was := map[key]string{}
	for _, f := range before.Findings {
		was[key{f.Check, f.Resource.ID}] = f.Status
	}
	moved := 0
	for _, f := range after.Findings {
		old := was[key{f.Check, f.Resource.ID}]
		delete(was, key{f.Check, f.Resource.ID})
		if f.Status == old {
			continue
		}
		moved++
		if f.Status != "unknown" || f.Resource.Account != production {
			t.Errorf("%s of %s went from %s to %s", f.Check, f.Resource.ID, old, f.Status)
			continue
		}
		if !slices.ContainsFunc(f.Unknown, func(u missing) bool {
			return u.Reason == "denied" && u.Permission == "s3:GetBucketPolicy"
		}) {
			t.Errorf("%s of %s does not name the permission: %v", f.Check, f.Resource.ID, f.Unknown)
		}
	}
	if moved == 0 {
		t.Error("no verdict rests on bucket policies")
	}
	for gone, status := range was {
		t.Errorf("%s of %s was %s and is gone", gone.check, gone.id, status)
	}
	if !slices.ContainsFunc(after.Coverage, func(line covering) bool {
		return line.Account == production && line.Type == "aws_s3_bucket" && line.Status == "partial" && slices.Contains(line.Permissions, "s3:GetBucketPolicy")
	}) {
		t.Error("the ledger does not name s3:GetBucketPolicy")
	}
}
