package outputtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Report is a whole report in memory, for tests.
type Report struct {
	Run      output.Run
	Coverage []estate.Coverage
	Findings []estate.Finding
	Summary  output.Summary
}

// Play passes the report to h and stops at the first error.
func (r *Report) Play(h output.Handler) error {
	if err := h.Begin(r.Run); err != nil {
		return err
	}
	for _, c := range r.Coverage {
		if err := h.Coverage(c); err != nil {
			return err
		}
	}
	for i := range r.Findings {
		if err := h.Finding(&r.Findings[i]); err != nil {
			return err
		}
	}
	return h.End(r.Summary)
}

// Seal sorts the report and works out its summary.
func (r *Report) Seal() *Report {
	slices.SortFunc(r.Coverage, output.CompareCoverage)
	slices.SortFunc(r.Findings, func(a, b estate.Finding) int { return output.CompareFindings(&a, &b) })
	tally := output.NewTally(r.Run)
	types := map[string]int{}
	for _, c := range r.Coverage {
		tally.Coverage(c)
		r.Summary.Calls += c.Calls
		r.Summary.Resources += c.Resources
		if c.Resources > 0 {
			types[c.Type] += c.Resources
		}
	}
	for i := range r.Findings {
		tally.Add(&r.Findings[i])
	}
	r.Summary.ByType = output.SortTypes(types)
	r.Summary.Duration = r.Run.Finished.Sub(r.Run.Started)
	tally.Fill(&r.Summary)
	return r
}

// Empty returns a report about nothing.
func Empty() *Report {
	return (&Report{Run: output.Run{
		Tool: "stance", Version: "0.1.0", Started: start(), Finished: start().Add(1500 * time.Millisecond),
		Asked: output.Asked{Clouds: []estate.Cloud{estate.AWS}}, Checks: []estate.Check{},
	}}).Seal()
}

// Harmless returns a report in which no way of an attacker was found.
func Harmless() *Report {
	r := OneOfEach()
	r.Run.Baseline = ""
	r.Summary.Priorities = &estate.Priorities{Table: "2026-11-22", Issues: []estate.Issue{}, Findings: 4, InCampaigns: 4}
	return r
}

func start() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }

// OneOfEach returns a small report with every verdict, severity and kind of coverage.
func OneOfEach() *Report {
	r := Empty()
	r.Run.Baseline = "baseline.json"
	r.Run.Checks = []estate.Check{
		check("aws-ec2-ssh-closed", estate.High, "aws_security_group", "Security group does not open SSH to the internet"),
		check("aws-iam-root-mfa", estate.Critical, "aws_iam_account", "The root user has a second factor"),
		check("aws-s3-bucket-logging", estate.Low, "aws_s3_bucket", "S3 bucket writes access logs"),
		check("aws-s3-bucket-private", estate.Critical, "aws_s3_bucket", "S3 bucket cannot be read from the internet"),
		check("aws-s3-bucket-tagged", estate.Info, "aws_s3_bucket", "S3 bucket names its owner"),
		check("aws-s3-bucket-versioning", estate.Medium, "aws_s3_bucket", "S3 bucket keeps versions"),
	}
	r.Run.Frameworks = []output.Framework{{
		ID: "cis-aws-7.0", Title: "CIS AWS Foundations", Version: "7.0", Requirements: []output.Requirement{
			{ID: "1.5", Title: "Root has a second factor", Level: "1", Assessment: output.Automated, Checks: []string{"aws-iam-root-mfa"}},
			{ID: "2.1.1", Title: "Buckets are private", Level: "1", Assessment: output.Automated, Checks: []string{"aws-s3-bucket-private"}},
			{ID: "2.1.2", Title: "Buckets log access", Level: "2", Assessment: output.Automated, Checks: []string{"aws-s3-bucket-logging"}},
			{ID: "2.1.9", Title: "Buckets keep versions", Level: "2", Assessment: output.Automated, Checks: []string{"aws-s3-bucket-versioning"}},
			{ID: "3.1", Title: "Contact details are current", Level: "1", Assessment: output.Manual, Checks: []string{}},
		},
	}}
	account := "111111111111"
	r.Run.Accounts = []output.Account{{Cloud: estate.AWS, ID: account, Name: "shop"}}
	scope := func(region, typ string) estate.Scope {
		return estate.Scope{Cloud: estate.AWS, Account: account, Region: region, Type: typ}
	}
	r.Coverage = []estate.Coverage{
		{Scope: scope("global", "aws_iam_account"), Status: estate.CoverageOK, Resources: 1, Calls: 2, Read: start()},
		{Scope: scope("us-east-1", "aws_s3_bucket"), Status: estate.CoveragePartial, Reason: estate.Denied, Permissions: []string{"s3:GetBucketLogging"}, Resources: 3, Unknowns: 1, Calls: 12, Read: start()},
		{Scope: scope("us-east-1", "aws_kms_key"), Status: estate.CoverageFailed, Reason: estate.Denied, Permissions: []string{"kms:ListKeys"}, Detail: "AccessDeniedException", Calls: 1, Read: start()},
		{Scope: scope("us-east-1", "aws_macie"), Status: estate.CoverageSkipped, Reason: estate.NotEnabled, Detail: "Macie is off", Calls: 1, Read: start()},
		{Scope: scope("us-east-1", "aws_security_group"), Status: estate.CoverageOK, Resources: 1, Calls: 1, Read: start()},
	}
	bucket := func(name string) estate.Ref {
		return estate.Ref{ID: "arn:aws:s3:::" + name, Type: "aws_s3_bucket", Cloud: estate.AWS, Account: account, Region: "us-east-1", Name: name}
	}
	group := estate.Ref{ID: "arn:aws:ec2:us-east-1:111111111111:security-group/sg-1", Type: "aws_security_group", Cloud: estate.AWS, Account: account, Region: "us-east-1", Name: "web"}
	root := estate.Ref{ID: "arn:aws:iam::111111111111:root", Type: "aws_iam_account", Cloud: estate.AWS, Account: account, Region: "global", Name: "root"}
	r.add("aws-iam-root-mfa", estate.Pass, root, "")
	r.add("aws-s3-bucket-private", estate.Fail, bucket("acme-exports"), "Anyone can read the objects: the bucket policy allows s3:GetObject to everyone.")
	r.add("aws-s3-bucket-private", estate.Pass, bucket("acme-logs"), "")
	r.add("aws-s3-bucket-logging", estate.UnknownStatus, bucket("acme-exports"), "").Unknown = []estate.Unknown{{Path: "logging", Reason: estate.Denied, Permission: "s3:GetBucketLogging", Detail: "AccessDenied"}}
	r.add("aws-s3-bucket-logging", estate.NotApplicable, bucket("acme-logs"), "")
	r.add("aws-s3-bucket-versioning", estate.Fail, bucket("acme-exports"), "Versions are off.")
	r.add("aws-s3-bucket-versioning", estate.Fail, bucket("acme-site"), "Versions are off.").Suppressed = &estate.Suppression{Reason: "static site, rebuilt daily", Until: "2027-03-31", By: "web team"}
	r.add("aws-s3-bucket-tagged", estate.Fail, bucket("acme-site"), "No tag names an owner.")
	ssh := r.add("aws-ec2-ssh-closed", estate.Fail, group, "Port 22 is open to 0.0.0.0/0.")
	ssh.Element, ssh.New = "ingress[0]", true
	ssh.Context = &estate.Context{Environment: "production", Owner: "platform"}
	r.Summary.Priorities = ShortList()
	return r.Seal()
}

func check(id string, severity estate.Severity, typ, title string) estate.Check {
	return estate.Check{
		ID: id, Title: title, Severity: severity, Type: typ,
		Why: "Who finds it can use it without any further step.", Categories: []string{"exposure"},
		References: []string{"https://docs.aws.amazon.com/example"},
		Fix:        estate.Fix{Text: "Close it at the narrowest place that holds.", CLI: "aws example close --id ID", Terraform: "resource \"aws_example\" \"this\" {\n  open = false\n}"},
	}
}

// add appends a finding and returns it for more to be set before the next add.
func (r *Report) add(check string, status estate.Status, resource estate.Ref, message string) *estate.Finding {
	f := estate.Finding{
		Key: estate.FindingKey(check, resource, ""), Check: check, Status: status, Message: message, Resource: resource,
		Evidence: []estate.Evidence{{Path: "setting", Value: json.RawMessage(`{"on":false}`)}}, Unknown: []estate.Unknown{},
	}
	for _, c := range r.Run.Checks {
		if c.ID == check {
			f.Title, f.Severity = c.Title, c.Severity
		}
	}
	r.Findings = append(r.Findings, f)
	return &r.Findings[len(r.Findings)-1]
}

// Many plays n failing findings of ten checks into h without holding them.
func Many(h output.Handler, n int) error {
	r := OneOfEach()
	if err := h.Begin(r.Run); err != nil {
		return err
	}
	f := r.Findings[0]
	f.Status, f.Check, f.Title, f.Severity = estate.Fail, "aws-s3-bucket-private", "S3 bucket cannot be read from the internet", estate.Critical
	for i := range n {
		f.Resource.Name = fmt.Sprintf("bucket-%08d", i)
		f.Resource.ID = "arn:aws:s3:::" + f.Resource.Name
		f.Key = estate.FindingKey(f.Check, f.Resource, "")
		f.Message = "Anyone can read " + f.Resource.Name + "."
		if err := h.Finding(&f); err != nil {
			return err
		}
	}
	return h.End(r.Summary)
}
