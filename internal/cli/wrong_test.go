package cli_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/cli"
	"github.com/stance-sec/stance/internal/source/azure/azuretest"
)

// These tests hold the command line to one clear line and the documented exit code
// when the world is not as asked.

func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = cli.Run(context.Background(), cli.Env{Args: args, Stdout: &out, Stderr: &err, Now: time.Now, Getenv: os.Getenv})
	return code, out.String(), err.String()
}

// complains runs a command that must end with the code and say each of the texts, and
// nothing of a panic or a stack.
func complains(t *testing.T, want int, says []string, args ...string) {
	t.Helper()
	code, _, stderr := command(t, args...)
	if code != want {
		t.Errorf("exit %d, not %d: %s", code, want, stderr)
	}
	for _, text := range says {
		if !strings.Contains(stderr, text) {
			t.Errorf("%q is not said in:\n%s", text, stderr)
		}
	}
	if !strings.HasPrefix(stderr, "stance: ") || strings.Count(stderr, "\n") > 2 || strings.Contains(stderr, "goroutine") {
		t.Errorf("not one line and a hint:\n%s", stderr)
	}
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// noAWS keeps the SDK from finding anything outside the test.
func noAWS(t *testing.T) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name) // t.Setenv brings it back
		}
	}
	nowhere := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere,
		"XDG_STATE_HOME": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
}

func TestUnknownFlag(t *testing.T) {
	complains(t, cli.ExitInvalid, []string{"--nonsense", "stance scan aws --help"}, "scan", "aws", "--nonsense")
	complains(t, cli.ExitInvalid, []string{`"nonsense"`}, "scan", "nonsense")
	complains(t, cli.ExitInvalid, []string{`"pdf"`}, "scan", "aws", "--format", "pdf")
}

func TestNoCredentials(t *testing.T) {
	noAWS(t)
	complains(t, cli.ExitUnauthorized, []string{"no usable credentials", "aws sso login"}, "scan", "aws", "-q")
}

func TestUnreachableEndpoint(t *testing.T) {
	noAWS(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	complains(t, cli.ExitUnavailable, []string{endpoint}, "scan", "aws", "-q", "--endpoint", endpoint)
}

func TestWrongCheckFile(t *testing.T) {
	dir := t.TempDir()
	text := "title: Broken\ntype: aws_s3_bucket\nseverity: high\nassert:\n  - expr: resource.nonsense\n    message: text\nwhy: because\nfix:\n  text: mend\n"
	if err := os.WriteFile(filepath.Join(dir, "broken.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	complains(t, cli.ExitInvalid, []string{"broken.yaml:5:", "nonsense"}, "scan", "aws", "--checks", dir)
}

func TestWrongMapping(t *testing.T) {
	complains(t, cli.ExitInvalid, []string{"none.yaml"}, "scan", "aws", "--context", filepath.Join(t.TempDir(), "none.yaml"))
	complains(t, cli.ExitInvalid, []string{"mapping.yaml"}, "scan", "aws", "--context", file(t, "mapping.yaml", "context:\n  - match: {acounts: [x]}\n"))
	complains(t, cli.ExitInvalid, []string{"mapping.yaml"}, "scan", "aws", "--context", file(t, "mapping.yaml", "context: [\n"))
}

// saved scans the Azure double into a run and returns its folder.
func saved(t *testing.T, extra ...string) (dir string, code int, stderr string) {
	t.Helper()
	azureEnv(t, "right")
	double := azuretest.New(read[azuretest.Estate](t, "azure.json"))
	t.Cleanup(double.Close)
	dir = filepath.Join(t.TempDir(), "run")
	args := []string{"scan", "azure", "--endpoint", double.URL, "--authority", double.URL, "--ca-bundle", bundle(t, double.Server), "--save", dir, "-q", "--format", "json"}
	code, _, stderr = command(t, append(args, extra...)...)
	return dir, code, stderr
}

func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	dir, code, stderr := saved(t, "--out", "/dev/full")
	if code != cli.ExitIO || !strings.Contains(stderr, "/dev/full") || !strings.Contains(stderr, "no space left") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	code, stdout, stderr := command(t, "scan", "--from", dir, "--format", "json")
	if code != cli.ExitOK || !strings.Contains(stdout, "opendata") {
		t.Errorf("the run was not kept: exit %d: %s", code, stderr)
	}
}

func TestTruncatedRun(t *testing.T) {
	dir, code, stderr := saved(t)
	if code != cli.ExitOK {
		t.Fatal(stderr)
	}
	resources := filepath.Join(dir, "resources.jsonl.zst")
	info, err := os.Stat(resources)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(resources, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	code, _, stderr = command(t, "scan", "--from", dir, "--format", "json")
	if code == cli.ExitOK || code == cli.ExitInternal || !strings.HasPrefix(stderr, "stance: ") || !strings.Contains(stderr, "resources.jsonl.zst") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestNoRun(t *testing.T) {
	complains(t, cli.ExitInvalid, []string{"none"}, "scan", "--from", filepath.Join(t.TempDir(), "none"))
}
