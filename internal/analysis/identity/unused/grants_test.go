package unused_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const everything = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`

func words(grants []unused.Grant) string {
	var list []string
	for _, g := range grants {
		list = append(list, fmt.Sprintf("%s%v by %s", g.Service, g.Actions, strings.Join(g.By, "+")))
	}
	return strings.Join(list, "; ")
}

func TestExcess(t *testing.T) {
	t.Parallel()
	iamRead := service("iam", "2026-11-20", map[string]string{"GetUser": "2026-11-20", "CreateUser": "2025-12-01"})
	iamWritten := service("iam", "2026-11-20", map[string]string{"GetUser": "2026-11-20", "CreateUser": "2026-11-19"})
	for name, c := range map[string]struct {
		policies []string
		use      []unused.Service
		verdict  unused.Verdict
		want     string
		admin    bool
	}{
		"a service and an action": {
			[]string{`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:*", "kms:Decrypt"], "Resource": "*"}}`},
			[]unused.Service{service("s3", "2026-11-20", map[string]string{"CreateBucket": "2026-11-20", "PutBucketPolicy": ""}), service("kms", "2026-08-23", nil)},
			unused.Idle, "kms[] by a; s3[PutBucketPolicy] by a", false,
		},
		"all of it": {
			[]string{`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}`},
			[]unused.Service{service("s3", "2026-08-24", map[string]string{"CreateBucket": ""})}, unused.Used, "", false,
		},
		"what no policy gives any more": {
			[]string{`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"}}`},
			[]unused.Service{service("ec2", "", nil), service("sqs", "", nil)}, unused.Idle, "sqs[] by a", false,
		},
		"an administrator at rest":                           {[]string{everything}, []unused.Service{service("iam", "", nil)}, unused.Idle, "iam[] by a", true},
		"an administrator who looks":                         {[]string{everything}, []unused.Service{iamRead}, unused.Idle, "iam[CreateUser] by a", true},
		"an administrator at work":                           {[]string{everything}, []unused.Service{iamWritten}, unused.Used, "", false},
		"an administrator of whom is not told what was done": {[]string{everything}, []unused.Service{service("iam", "2026-11-20", nil)}, unused.Used, "", false},
		"of two policies": {
			[]string{everything, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:Send*", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}`},
			[]unused.Service{service("sqs", "", nil)}, unused.Idle, "sqs[] by a+b", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var docs []*policydoc.Document
			for _, text := range c.policies {
				docs = append(docs, document(t, text))
			}
			w.role(docs...)
			w.uses(c.use...)
			auditor, p := w.auditor()
			e := auditor.Excess(p)
			if e.Verdict != c.verdict || words(e.Grants) != c.want || e.UnusedAdmin != c.admin {
				t.Errorf("%s: %s, unused admin %v", e.Verdict, words(e.Grants), e.UnusedAdmin)
			}
		})
	}
}

// TestNothingIsJudgedUnread leaves open what nothing tells, and what is too young.
func TestNothingIsJudgedUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.role(document(t, everything))
	w.facts.Lost(estate.Coverage{Scope: estate.Scope{Account: account, Type: "aws_iam_last_accessed"}, Status: estate.CoverageSkipped, Reason: estate.Uncollected, Detail: "not asked for"})
	auditor, p := w.auditor()
	if e := auditor.Excess(p); e.Verdict != unused.Unknown || e.Unknown == nil || e.Unknown.Detail != "not asked for" || len(e.Grants) > 0 || e.UnusedAdmin {
		t.Errorf("without a report: %+v", e)
	}
	if proposal, why := auditor.RightSize(p); proposal != nil || why == nil {
		t.Errorf("without a report: %+v", proposal)
	}
	w.add("aws_iam_last_accessed", roleARN+"#last-accessed", object{"principal": roleARN, "services": []object{}}, object{"unknown": []estate.Unknown{{Path: "services", Reason: estate.Denied}}})
	if e := auditor.Excess(p); e.Verdict != unused.Unknown || e.Unknown.Reason != estate.Denied {
		t.Errorf("with a report that was refused: %+v", e)
	}
	w = newWorld(t)
	w.add("aws_iam_role", roleARN, object{}, object{"created": "2026-10-01T00:00:00Z"})
	w.uses(service("s3", "", nil))
	auditor, p = w.auditor()
	if e := auditor.Excess(p); e.Verdict != unused.Young || len(e.Grants) > 0 {
		t.Errorf("a young role: %+v", e)
	}
	if _, why := auditor.RightSize(p); why == nil {
		t.Error("a policy is proposed for a young role")
	}
}

// TestRightSizeUnreadPolicy proposes nothing as long as one of the policies is not known.
func TestRightSizeUnreadPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("aws_iam_role", roleARN, object{"attached_policies": []string{"arn:aws:iam::" + account + ":policy/lost"}})
	w.uses(service("s3", "2026-11-20", nil))
	auditor, p := w.auditor()
	if proposal, why := auditor.RightSize(p); proposal != nil || why == nil {
		t.Errorf("proposed %+v", proposal)
	}
}

// TestRightSizeReads shows the form of a proposal.
func TestRightSizeReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.role(document(t, `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["s3:*", "ec2:*", "sqs:SendMessage"], "Resource": "*"},
		{"Effect": "Allow", "Action": ["kms:Decrypt", "iam:PassRole"], "Resource": "arn:aws:kms:*:*:key/1", "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
		{"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::mine/*"}]}`))
	w.uses(service("s3", "2026-11-20", nil), service("ec2", "", nil), service("iam", "", nil),
		service("kms", "2026-11-20", map[string]string{"Decrypt": "2026-11-20"}))
	auditor, p := w.auditor()
	proposal, why := auditor.RightSize(p)
	if why != nil {
		t.Fatalf("%+v", why)
	}
	got, err := proposal.JSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"Deny1","Effect":"Deny","NotAction":["iam:*"],"NotResource":["arn:aws:s3:::mine/*"]},` +
		`{"Sid":"Iam1","Effect":"Allow","Action":["iam:PassRole"],"Resource":["arn:aws:kms:*:*:key/1"],"Condition":{"Bool":{"aws:SecureTransport":["true"]}}},` +
		`{"Sid":"Kms1","Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:aws:kms:*:*:key/1"],"Condition":{"Bool":{"aws:SecureTransport":["true"]}}},` +
		`{"Sid":"S31","Effect":"Allow","Action":["s3:*"],"Resource":["*"]},` +
		`{"Sid":"Sqs1","Effect":"Allow","Action":["sqs:SendMessage"],"Resource":["*"]}]}`
	if compact(t, got) != want {
		t.Errorf("proposed\n%s", got)
	}
	if _, err := policydoc.Parse(got); err != nil {
		t.Errorf("AWS would not take it: %v", err)
	}
	if !slices.Equal(proposal.Services, []string{"ec2", "iam"}) || !slices.Equal(proposal.Replaces, []string{"a"}) {
		t.Errorf("%+v", proposal)
	}
}

// TestJoiningTakesInNothingElse names actions one by one where a shorter pattern would
// take in what the policy did not allow, or what was not used.
func TestJoiningTakesInNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pattern, dropped string
		joined           bool
	}{
		"a plain pattern":                     {"s3:*", "PutBucketPolicy", true},
		"a pattern of long names":             {"s3:????????????*", "PutBucketPolicy", false},
		"an unused action that nobody knows":  {"s3:*", "ReplicateNothing", false},
		"an unused action of the same verb":   {"s3:*", "ReplicateTags", false},
		"a pattern that ends within the verb": {"s3:Rep*", "ReplaceIt", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.role(document(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "`+c.pattern+`", "Resource": "*"}}`))
			w.uses(service("s3", "2026-11-20", map[string]string{c.dropped: ""}))
			auditor, p := w.auditor()
			proposal, why := auditor.RightSize(p)
			if why != nil {
				t.Fatalf("%+v", why)
			}
			actions := proposal.Policy.Statements[0].Actions
			if slices.Contains(actions, "s3:Replicate*") != c.joined || slices.Contains(actions, "s3:ReplicateDelete") == c.joined {
				t.Errorf("proposed %v", actions)
			}
		})
	}
}
