package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stance-sec/stance/checks"
	"github.com/stance-sec/stance/frameworks"
	"github.com/stance-sec/stance/internal/analysis/compliance"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate/facet"
)

func library(t *testing.T) *policy.Library {
	t.Helper()
	all, _, err := app.Checks{}.Library()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryCheckSaysWhyAndHowToFix(t *testing.T) {
	t.Parallel()
	for _, c := range library(t).Checks() {
		if strings.TrimSpace(c.Why) == "" {
			t.Errorf("%s says nothing of why", c.ID)
		}
		if strings.TrimSpace(c.Fix.Text) == "" {
			t.Errorf("%s says nothing of how to fix it", c.ID)
		}
		if c.Type == "" && c.Facet == "" {
			t.Errorf("%s judges nothing", c.ID)
		}
	}
}

func TestEveryCheckHasCasesBesideIt(t *testing.T) {
	t.Parallel()
	sources, err := policy.Load(checks.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		file := filepath.Join(root(t), "checks", strings.TrimSuffix(s.Path, ".yaml")+".test.yaml")
		if _, err := os.Stat(file); err != nil && !s.Deprecated() {
			t.Errorf("checks/%s has no cases beside it: %v", s.Path, err)
		}
	}
}

func TestFrameworksPointAtChecks(t *testing.T) {
	t.Parallel()
	names, err := compliance.Names(frameworks.FS)
	if err != nil {
		t.Fatal(err)
	}
	all := library(t)
	loaded, err := app.Frameworks(names, all, all)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range loaded {
		for _, r := range f.Requirements {
			if r.Assessment == "automated" && len(r.Checks) == 0 {
				t.Errorf("%s: requirement %s is automated and no check answers it", f.ID, r.ID)
			}
		}
	}
}

// content are the actions of AWS that read what people keep, not how it is kept; * stands
// for any text. A scan asks for none of them.
var content = []string{
	"s3:GetObject*", "s3:SelectObjectContent", "s3-object-lambda:*",
	"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:GetRecords", "dynamodb:PartiQL*",
	"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "secretsmanager:GetRandomPassword",
	"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory", "ssm:GetCommandInvocation", "ssm:GetInventory",
	"kms:Decrypt", "kms:GenerateDataKey*", "sqs:ReceiveMessage",
	"logs:GetLogEvents", "logs:FilterLogEvents", "logs:GetLogRecord", "logs:GetQueryResults", "logs:StartQuery", "logs:Unmask",
	"lambda:GetFunction", "lambda:GetLayerVersion", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken",
	"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:SubscribeToShard", "athena:GetQueryResults*", "codecommit:Get*", "codecommit:GitPull",
	"ec2:GetPasswordData", "ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot", "ebs:GetSnapshotBlock", "rds:DownloadDBLogFilePortion", "rds:DownloadCompleteDBLogFile", "rds-data:*",
	"redshift:GetClusterCredentials*", "redshift-data:*", "redshift-serverless:GetCredentials", "cognito-idp:ListUsers", "cognito-idp:AdminGetUser", "cognito-identity:GetCredentials*",
	"glue:GetConnection", "sts:GetSessionToken", "sts:GetFederationToken", "bedrock:InvokeModel*", "es:ESHttp*", "backup:GetRecoveryPointRestoreMetadata",
	"sagemaker:GetRecord", "sagemaker:BatchGetRecord", "sagemaker:CreatePresigned*", "sfn:GetExecutionHistory", "states:GetExecutionHistory", "codeartifact:GetAuthorizationToken",
}

// reading is how the names of actions that only read begin.
var reading = regexp.MustCompile(`^[a-z0-9-]+:(Get|List|Describe|BatchGet|BatchDescribe|Lookup|Search|GET$|Generate(Credential|Service)|View)`)

func TestPermissionsReadSettingsOnly(t *testing.T) {
	t.Parallel()
	for _, info := range app.AWSInfos() {
		for _, call := range info.Calls {
			if !reading.MatchString(call.Permission) {
				t.Errorf("%s asks for %s, which does not read", info.Name, call.Permission)
			}
			for _, pattern := range content {
				if glob(pattern).MatchString(call.Permission) {
					t.Errorf("%s asks for %s, which reads content", info.Name, call.Permission)
				}
			}
			if strings.Contains(call.Permission, "*") {
				t.Errorf("%s asks for %s: permissions are named one by one", info.Name, call.Permission)
			}
		}
	}
}

func glob(pattern string) *regexp.Regexp {
	return regexp.MustCompile("(?i)^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
}

// TestEveryFacetIsOffered keeps analysis from waiting for a view that no type builds.
func TestEveryFacetIsOffered(t *testing.T) {
	t.Parallel()
	built := map[string]bool{}
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, module+"/internal/source/") {
			continue
		}
		for _, name := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range facetLiteral.FindAllSubmatch(text, -1) {
				built[string(m[1])] = true
			}
		}
	}
	for name, of := range facet.Types() {
		if !built[of.Name()] {
			t.Errorf("no type offers the facet %s", name)
		}
	}
}

var facetLiteral = regexp.MustCompile(`facet\.(\w+)\{`)
