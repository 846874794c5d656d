package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/formats"
	"github.com/stance-sec/stance/internal/action/output/html"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/action/output/table"
	"github.com/stance-sec/stance/internal/estate"
)

func main() {
	r := outputtest.Empty()
	rnd := rand.New(rand.NewPCG(1, 2))
	type spec struct {
		id, title, typ string
		sev            estate.Severity
		why, fix, cli  string
		msg            string
		n              int
	}
	specs := []spec{
		{"aws-s3-bucket-private", "S3 bucket cannot be read from the internet", "aws_s3_bucket", estate.Critical, "Anyone who finds the name can list and download everything in the bucket, without an account.", "Turn on Block Public Access for the whole account; buckets that must be public move behind CloudFront.", "aws s3control put-public-access-block --account-id ACCOUNT \\\n  --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true", "Anyone can read the objects: the bucket policy allows s3:GetObject to everyone and no block applies.", 12},
		{"aws-rds-snapshot-private", "Database snapshot is not shared with everyone", "aws_db_snapshot", estate.Critical, "Any AWS account can restore the snapshot and read the whole database.", "Take back the public share of the snapshot.", "aws rds modify-db-snapshot-attribute --db-snapshot-identifier ID --attribute-name restore --values-to-remove all", "The snapshot is shared with all AWS accounts.", 2},
		{"aws-iam-root-mfa", "The root user has a second factor", "aws_iam_account", estate.Critical, "Whoever has the password of root owns the account and everything in it.", "Register a hardware key for the root user.", "", "Root has no second factor.", 1},
		{"aws-ec2-security-group-ssh", "Security group does not open SSH to the internet", "aws_security_group", estate.High, "Password guessing and every future flaw in SSH reach the machine from anywhere.", "Narrow the rule to your own networks, or use Session Manager and drop it.", "aws ec2 revoke-security-group-ingress --group-id ID --protocol tcp --port 22 --cidr 0.0.0.0/0", "Port 22 is open to 0.0.0.0/0.", 5},
		{"aws-iam-policy-service-wildcard", "Policy does not grant a whole service on all resources", "aws_iam_policy", estate.High, "One stolen credential reaches every bucket of the account, to read, change and delete.", "Name the actions and the resources that are used; IAM Access Analyzer proposes them.", "", "Statement 1 allows s3:* on *.", 30},
		{"aws-rds-instance-encrypted", "Database is encrypted at rest", "aws_db_instance", estate.High, "A copied disk or snapshot is readable without any key.", "Restore an encrypted copy of a snapshot and switch over.", "", "Storage is not encrypted.", 20},
		{"aws-cloudtrail-trail-on", "A trail records every region", "aws_cloudtrail", estate.High, "Nobody can tell afterwards what an intruder did.", "Create one organisation trail with log file validation.", "aws cloudtrail create-trail --name org --is-organization-trail --is-multi-region-trail --enable-log-file-validation --s3-bucket-name LOGS", "The trail is stopped since 2026-10-02.", 3},
		{"aws-ec2-instance-imdsv2", "Instance requires metadata tokens (IMDSv2)", "aws_instance", estate.Medium, "A request forgery in the application hands out the credentials of the machine.", "Require tokens on the instance and as the account default.", "aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required", "Metadata answers without a token.", 143},
		{"aws-ebs-volume-encrypted", "Volume is encrypted", "aws_ebs_volume", estate.Medium, "A copied volume is readable without any key.", "Turn on encryption by default, then replace the volume.", "", "Encryption is off.", 260},
		{"aws-s3-bucket-versioning", "S3 bucket keeps versions", "aws_s3_bucket", estate.Medium, "An overwritten or deleted object is gone for good.", "Turn versioning on with a lifecycle rule.", "", "Versions are off.", 31},
		{"aws-kms-key-rotation", "Key rotates every year", "aws_kms_key", estate.Medium, "A leaked key stays useful for ever.", "Turn on rotation.", "aws kms enable-key-rotation --key-id ID", "Rotation is off.", 9},
		{"aws-s3-bucket-logging", "S3 bucket writes access logs", "aws_s3_bucket", estate.Low, "Without access logs nobody can say who read an object.", "Set a log target on the bucket.", "", "No access logs are written.", 44},
		{"aws-lambda-function-runtime", "Function runs a supported runtime", "aws_lambda_function", estate.Low, "Known flaws of the runtime are no longer mended.", "Move to a supported runtime.", "", "python3.8 is no longer supported.", 18},
		{"aws-ec2-instance-tagged", "Instance names its owner", "aws_instance", estate.Info, "Nobody knows whom to ask.", "Tag it.", "", "No tag names an owner.", 61},
	}
	for i := range 60 {
		specs = append(specs, spec{fmt.Sprintf("aws-svc%02d-check-%02d", i%11, i), fmt.Sprintf("Setting %d of the service is as it should be", i), "aws_thing", []estate.Severity{estate.Medium, estate.Low, estate.Low, estate.Info}[i%4], "It helps an attacker on the way.", "Change the setting.", "", "The setting is off.", []int{0, 0, 3, 1, 0}[i%5]})
	}
	accounts := []string{"111111111111", "222222222222", "333333333333", "444444444444", "555555555555"}
	regions := []string{"eu-west-1", "us-east-1", "eu-central-1"}
	fw := output.Framework{ID: "cis-aws-7.0", Title: "CIS AWS Foundations", Version: "7.0"}
	if len(os.Args) > 3 && os.Args[3] == "baseline" {
		r.Run.Baseline = "last-week.json"
	}
	for i, s := range specs {
		r.Run.Checks = append(r.Run.Checks, estate.Check{ID: s.id, Title: s.title, Severity: s.sev, Type: s.typ, Why: s.why, Fix: estate.Fix{Text: s.fix, CLI: s.cli}, References: []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"}})
		fw.Requirements = append(fw.Requirements, output.Requirement{ID: fmt.Sprintf("%d.%d", 1+i/12, 1+i%12), Title: s.title, Level: strconv.Itoa(1 + i%2), Assessment: output.Automated, Checks: []string{s.id}})
		for k := range s.n + 15 {
			acc, reg := accounts[min(4, int(rnd.ExpFloat64()*1.5))], regions[rnd.IntN(3)]
			name := fmt.Sprintf("%s-%s-%03d", []string{"payments", "web", "data", "legacy-import"}[rnd.IntN(4)], s.typ[4:], k)
			ref := estate.Ref{ID: "arn:aws:x:" + reg + ":" + acc + ":" + name, Type: s.typ, Cloud: estate.AWS, Account: acc, Region: reg, Name: name}
			f := estate.Finding{Key: estate.FindingKey(s.id, ref.ID, ""), Check: s.id, Title: s.title, Severity: s.sev, Resource: ref, Status: estate.Pass}
			if k < s.n {
				f.Status, f.Message = estate.Fail, s.msg
				f.Evidence = []estate.Evidence{{Path: "policy.statements[0].principal", Value: json.RawMessage(`"*"`)}}
				f.New = k%9 == 0 && r.Run.Baseline != ""
				if k%3 == 0 {
					f.Context = &estate.Context{Environment: "production", Owner: "payments team"}
				}
			} else if i%6 == 0 && k < s.n+5 {
				f.Status = estate.UnknownStatus
				f.Unknown = []estate.Unknown{{Path: "policy", Reason: estate.Denied, Permission: "s3:GetBucketPolicy"}}
			}
			r.Findings = append(r.Findings, f)
		}
	}
	fw.Requirements = append(fw.Requirements, output.Requirement{ID: "9.1", Title: "Contact details are current", Assessment: output.Manual, Level: "1"})
	r.Run.Frameworks = []output.Framework{fw}
	for _, a := range accounts {
		for _, reg := range regions {
			for i := range 80 {
				c := estate.Coverage{Scope: estate.Scope{Cloud: estate.AWS, Account: a, Region: reg, Type: fmt.Sprintf("aws_type_%02d", i)}, Status: estate.CoverageOK, Resources: 3, Calls: 4}
				if i == 7 && a == accounts[3] {
					c.Status, c.Reason, c.Permissions, c.Resources, c.Detail, c.Type = estate.CoverageFailed, estate.Denied, []string{"kms:ListKeys"}, 0, "AccessDeniedException: User is not authorized to perform: kms:ListKeys", "aws_kms_key"
				}
				if i == 9 && reg == "us-east-1" {
					c.Status, c.Reason, c.Permissions, c.Unknowns, c.Type = estate.CoveragePartial, estate.Denied, []string{"s3:GetBucketPolicy"}, 12, "aws_s3_bucket"
				}
				if i == 11 && a == accounts[4] {
					c.Status, c.Reason, c.Resources, c.Type = estate.CoverageFailed, estate.Throttled, 0, "aws_glue_job"
				}
				r.Coverage = append(r.Coverage, c)
			}
		}
	}
	r.Run.Finished = r.Run.Started.Add(41200 * time.Millisecond)
	r.Seal()
	if os.Args[1] == "empty" {
		r = outputtest.Empty()
		os.Args[1] = "html"
	}
	var h output.Handler
	switch os.Args[1] {
	case "html":
		h = html.New(os.Stdout, html.Options{})
	case "table":
		w, _ := strconv.Atoi(os.Args[2])
		h = table.New(os.Stdout, table.Options{Color: true, Unicode: true, Width: w})
	default:
		h, _ = formats.New(os.Args[1], os.Stdout, formats.Options{})
	}
	if err := r.Play(h); err != nil {
		panic(err)
	}
}
