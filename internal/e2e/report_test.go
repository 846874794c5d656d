package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/cli"
)

// report is what the JSON format tells, as far as the tests ask.
type report struct {
	Findings []finding
	Coverage []covering
	Issues   []issue
}

type covering struct {
	Account, Region, Type, Status, Reason, Detail string
	Permissions                                   []string
	Resources                                     int
}

type finding struct {
	Check, Status, Message string
	Resource               struct{ ID, Type, Account, Region, Name string }
	Unknown                []missing
}

type missing struct{ Path, Reason, Permission string }

// regions are those that the company's accounts have: the estate uses both.
const regions = "us-east-1,eu-west-1"

// environment takes away what the SDK would find on this machine, and leaves keys that
// the local API takes for those of the management account.
func environment(t *testing.T) {
	t.Helper()
	for _, name := range os.Environ() {
		if name, _, _ := strings.Cut(name, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name) // t.Setenv brings it back
		}
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

// scan reads the whole company through the command line.
func (c *company) scan(t *testing.T, extra ...string) report {
	t.Helper()
	environment(t)
	var stdout, stderr bytes.Buffer
	args := []string{
		"scan", "aws", "--org", "--role", "StanceAudit", "--external-id", "stance-demo", "--endpoint", c.endpoint,
		"--context", root + "/demo/context.yaml", "--workers", "16",
		"--save", filepath.Join(t.TempDir(), "run"), "--format", "json",
	}
	code := cli.Run(context.Background(), cli.Env{
		Args: append(args, extra...), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Getenv: os.Getenv,
	})
	if code != cli.ExitOK {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	var r report
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// verdict folds what was found for an expectation into one word.
func (e expectation) verdict(found []finding) (status string, why finding) {
	status = "absent"
	for _, f := range found {
		switch {
		case f.Resource.Account != e.Account,
			e.ID != "" && f.Resource.ID != e.ID,
			e.ID == "" && e.Region != "" && f.Resource.Region != e.Region:
			continue
		case e.Element != "" && f.Status == "fail" && !strings.Contains(f.Message, "policy "+e.Element+" of "):
			f.Status = "pass" // another element fails
		}
		if weight(f.Status) > weight(status) {
			status, why = f.Status, f
		}
	}
	return status, why
}

// weight orders the verdicts on one resource: the worst counts.
func weight(status string) int {
	switch status {
	case "fail":
		return 4
	case "unknown":
		return 3
	case "pass":
		return 2
	case "not_applicable":
		return 1
	default:
		return 0
	}
}
