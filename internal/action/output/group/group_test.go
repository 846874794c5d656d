package group_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

func gather(r *outputtest.Report, limit int) *group.Set {
	s := group.New(r.Run, group.Options{Limit: limit})
	for _, c := range r.Coverage {
		s.AddCoverage(c)
	}
	for i := range r.Findings {
		s.AddFinding(&r.Findings[i])
	}
	return s
}

func TestGroups(t *testing.T) {
	t.Parallel()
	s := gather(outputtest.OneOfEach(), 1)
	var got []string
	for _, g := range s.Failing() {
		got = append(got, g.Check.ID)
	}
	want := []string{"aws-s3-bucket-private", "aws-ec2-ssh-closed", "aws-s3-bucket-versioning", "aws-s3-bucket-tagged"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if g := s.Unanswered(); len(g) != 1 || g[0].Check.ID != "aws-s3-bucket-logging" {
		t.Errorf("%v", g)
	}
	if g := s.Passing(); len(g) != 1 || g[0].Check.ID != "aws-iam-root-mfa" {
		t.Errorf("%v", g)
	}
	if a := s.Accounts(); len(a) != 1 || a[0].Name != "aws/111111111111" || a[0].Failing.Total() != 4 {
		t.Errorf("%v", a)
	}
	if sv := s.Services(); len(sv) != 2 || sv[0].Name != "s3" || sv[0].Failing.Total() != 3 {
		t.Errorf("%v", sv)
	}
}

// TestElements counts a resource once, however many of its elements fail.
func TestElements(t *testing.T) {
	t.Parallel()
	s := group.New(outputtest.Empty().Run, group.Options{Limit: 2})
	for _, c := range []struct {
		account, id, element string
	}{{"1", "a", "x"}, {"1", "a", "y"}, {"1", "b", "x"}, {"2", "b", "x"}} {
		s.AddFinding(&estate.Finding{Check: "c", Status: estate.Fail, Severity: estate.Low, Element: c.element, Resource: estate.Ref{Account: c.account, ID: c.id}})
	}
	g := s.Failing()[0]
	if g.Counts.Fail != 4 || g.Resources != 3 || g.Accounts != 2 || len(g.Failures) != 2 {
		t.Errorf("%+v", g)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	gaps := gather(outputtest.OneOfEach(), 1).Gaps()
	var got []string
	for _, g := range gaps {
		got = append(got, g.Permission)
	}
	if diff := cmp.Diff([]string{"kms:ListKeys", "s3:GetBucketLogging"}, got); diff != "" {
		t.Fatal(diff)
	}
	if gaps[0].Failed != 1 || gaps[1].Partial != 1 || gaps[1].Verdicts != 1 {
		t.Errorf("%+v", gaps)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	f := estate.Finding{Evidence: []estate.Evidence{{Path: "a", Value: json.RawMessage(`1`)}}, Unknown: []estate.Unknown{{Path: "b"}}, Suppressed: &estate.Suppression{Reason: "c"}, Context: &estate.Context{Owner: "d"}}
	kept := group.Clone(&f)
	f.Evidence[0].Value[0], f.Evidence[0].Path, f.Unknown[0].Path, f.Suppressed.Reason, f.Context.Owner = '2', "x", "x", "x", "x"
	want := estate.Finding{Evidence: []estate.Evidence{{Path: "a", Value: json.RawMessage(`1`)}}, Unknown: []estate.Unknown{{Path: "b"}}, Suppressed: &estate.Suppression{Reason: "c"}, Context: &estate.Context{Owner: "d"}}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
}
