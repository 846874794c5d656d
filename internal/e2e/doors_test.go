package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/cli"
)

// fresh starts a local API of the test's own, with the estate of a file unless it is empty.
func fresh(t *testing.T, estate string) *company {
	t.Helper()
	needsPython(t)
	c, err := serve(filepath.Join(t.TempDir(), "ready"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.stop() })
	if estate == "" {
		return c
	}
	if out, err := exec.Command(python, root+"/demo/aws/seed.py", "--endpoint", c.endpoint, "--estate", estate).CombinedOutput(); err != nil {
		t.Fatalf("seed.py: %v: %s", err, out)
	}
	return c
}

// outcome is what a command said and how it ended.
type outcome struct {
	code   int
	stderr string
	report
}

// command runs `stance scan aws` against the API.
func (c *company) command(t *testing.T, args ...string) outcome {
	t.Helper()
	environment(t)
	var stdout, stderr bytes.Buffer
	all := []string{"scan", "aws", "--endpoint", c.endpoint, "--workers", "16", "--save", filepath.Join(t.TempDir(), "run"), "--format", "json"}
	o := outcome{code: cli.Run(context.Background(), cli.Env{
		Args: append(all, args...), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Getenv: os.Getenv,
	})}
	o.stderr = stderr.String()
	if stdout.Len() > 0 {
		if err := json.Unmarshal(stdout.Bytes(), &o.report); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// of returns the lines of the ledger that hold.
func (r report) of(hold func(covering) bool) []covering {
	return slices.DeleteFunc(slices.Clone(r.Coverage), func(c covering) bool { return !hold(c) })
}

// TestDoors reads an organisation of which some accounts stay closed: each is one line
// that says what to do, and the others are read.
func TestDoors(t *testing.T) {
	c := fresh(t, "testdata/doors.yaml")
	o := c.command(t, "--org", "--external-id", "stance-demo", "--services", "s3,iam,organizations")
	if o.code != cli.ExitOK {
		t.Fatalf("exit %d: %s", o.code, o.stderr)
	}
	lost := o.of(func(c covering) bool { return c.Type == "*" })
	if len(lost) != 2 {
		t.Fatalf("%d accounts are lost: %+v", len(lost), lost)
	}
	for _, line := range lost {
		if line.Status != "failed" || line.Reason != "denied" || !slices.Equal(line.Permissions, []string{"sts:AssumeRole"}) ||
			!strings.Contains(line.Detail, "take the role arn:aws:iam::"+line.Account+":role/StanceAudit") || !strings.Contains(line.Detail, "external id") {
			t.Errorf("the line of a closed account: %+v", line)
		}
		if more := o.of(func(c covering) bool { return c.Account == line.Account }); len(more) != 1 {
			t.Errorf("a closed account has %d lines", len(more))
		}
	}
	if !slices.ContainsFunc(o.Findings, func(f finding) bool { return f.Resource.Name == "acme-open" }) {
		t.Error("nothing is said of the bucket in the open account")
	}
	o.speaksOnce(t)

	t.Run("no door opens", func(t *testing.T) {
		o := c.command(t, "--accounts", lost[0].Account+","+lost[1].Account, "--external-id", "wrong")
		if o.code != cli.ExitUnauthorized || strings.Count(o.stderr, "take the role") != 1 {
			t.Errorf("exit %d: %s", o.code, o.stderr)
		}
	})
	t.Run("doctor", func(t *testing.T) {
		var stdout, stderr bytes.Buffer
		code := cli.Run(context.Background(), cli.Env{
			Args:   []string{"doctor", "aws", "--endpoint", c.endpoint, "--org", "--external-id", "stance-demo", "--regions", "eu-west-1", "--services", "organizations"},
			Stdout: &stdout, Stderr: &stderr, Now: time.Now, Getenv: os.Getenv,
		})
		if code != cli.ExitFindings || strings.Count(stdout.String(), "take the role") != 2 || strings.Contains(stdout.String(), "organizations:") {
			t.Errorf("exit %d: %s%s", code, stdout.String(), stderr.String())
		}
	})
}

// speaksOnce holds that the types of the organisation are read in its management account
// alone, and left out of the others with a word on it.
func (o outcome) speaksOnce(t *testing.T) {
	t.Helper()
	lines := o.of(func(c covering) bool { return strings.HasPrefix(c.Type, "aws_organizations_") })
	speakers := map[string]bool{}
	for _, line := range lines {
		switch line.Status {
		case "ok", "partial", "failed":
			speakers[line.Account] = true
		default:
			if line.Status != "skipped" || line.Reason != "not-collected" || !strings.Contains(line.Detail, "once for the organisation") {
				t.Errorf("a member's line is %+v", line)
			}
		}
	}
	if len(speakers) != 1 || len(lines) != 2*len(speakers)*len(o.of(func(c covering) bool {
		return strings.HasPrefix(c.Type, "aws_organizations_") && speakers[c.Account]
	})) {
		t.Errorf("%d lines, read in %v", len(lines), speakers)
	}
}

// TestMemberAlone reads a member without --org: what only the organisation may ask for is
// said to be that.
func TestMemberAlone(t *testing.T) {
	c := fresh(t, "testdata/doors.yaml")
	whole := c.command(t, "--org", "--external-id", "stance-demo", "--services", "organizations")
	var open string
	for _, line := range whole.of(func(c covering) bool { return c.Status == "skipped" && c.Type == "aws_organizations_policy" }) {
		open = line.Account
	}
	c.control(t, "faults", []map[string]any{{"kind": "deny", "operation": "organizations:List*", "account": open}})
	alone := c.command(t, "--accounts", open, "--external-id", "stance-demo", "--services", "organizations")
	lines := alone.of(func(c covering) bool { return c.Status == "failed" })
	if len(lines) != 4 {
		t.Errorf("%d types are refused: %+v", len(lines), alone.Coverage)
	}
	for _, line := range lines {
		if line.Reason != "denied" || !strings.Contains(line.Detail, "only to the management account") {
			t.Errorf("%+v", line)
		}
	}
}

// made are the types of which AWS itself makes one in every region, besides those that
// are read in every scan for that reason.
func made() map[string]bool {
	types := map[string]bool{
		"aws_athena_workgroup": true, "aws_bedrock_model_invocation_logging_configuration": true, "aws_cloudwatch_event_bus": true,
		"aws_emr_block_public_access_configuration": true, "aws_glue_data_catalog_encryption_settings": true, "aws_ssm_service_setting": true,
	}
	for _, info := range app.AWSInfos() {
		types[info.Name] = types[info.Name] || info.Always
	}
	return types
}

// TestEmptyAccount reads an account that nobody has used: every type can be listed that
// the local API knows, and what is found is the account and what AWS put into it.
func TestEmptyAccount(t *testing.T) {
	c := fresh(t, "")
	o := c.command(t, "--regions", regions)
	if o.code != cli.ExitOK || len(o.Coverage) == 0 || len(o.Findings) == 0 {
		t.Fatalf("exit %d, %d scopes, %d findings: %s", o.code, len(o.Coverage), len(o.Findings), o.stderr)
	}
	given := made()
	for _, line := range o.Coverage {
		if line.Status == "failed" && line.Reason != "unsupported" {
			t.Errorf("%s in %s failed: %s %s", line.Type, line.Region, line.Reason, line.Detail)
		}
		if line.Resources > 0 && !given[line.Type] {
			t.Errorf("%d x %s in %s", line.Resources, line.Type, line.Region)
		}
	}
	for _, f := range o.Findings {
		if f.Status == "fail" && !given[f.Resource.Type] {
			t.Errorf("%s fails for %s: %s", f.Check, f.Resource.ID, f.Message)
		}
	}
}
