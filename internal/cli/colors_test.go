package cli_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/cli"
)

// TestColors holds that colours come at a terminal only, and not when they are not wanted.
func TestColors(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	if err := (savedRun{dir: dir, file: "testdata/company.jsonl"}).write(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		terminal bool
		env      map[string]string
		extra    []string
		want     bool
	}{
		{name: "terminal", terminal: true, want: true},
		{name: "pipe"},
		{name: "no_color", terminal: true, env: map[string]string{"NO_COLOR": "1"}},
		{name: "empty_no_color", terminal: true, env: map[string]string{"NO_COLOR": ""}, want: true},
		{name: "dumb", terminal: true, env: map[string]string{"TERM": "dumb"}},
		{name: "flag", terminal: true, extra: []string{"--no-color"}},
		{name: "json", terminal: true, extra: []string{"--format", "json"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out, complaints bytes.Buffer
			code := cli.Run(context.Background(), cli.Env{
				Args:   append([]string{"scan", "--from", dir, "--checks", "aws-ec2-security-group-*"}, c.extra...),
				Stdout: &out, Stderr: &complaints, Now: time.Now, Terminal: c.terminal, Width: 80,
				Getenv: func(name string) string { return c.env[name] },
			})
			if code != cli.ExitOK {
				t.Fatalf("exit %d: %s", code, complaints.String())
			}
			if got := strings.Contains(out.String(), "\x1b["); got != c.want {
				t.Errorf("colours: %v", got)
			}
		})
	}
}
