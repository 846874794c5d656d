package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/cli"
)

// TestAnyAccountIsAPrincipal asks about whoever has an account, as help says one may.
func TestAnyAccountIsAPrincipal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := savedRun{dir: filepath.Join(dir, "run"), file: filepath.Join(dir, "estate.jsonl")}
	line := `{"id":"arn:aws:sqs:eu-west-1:111111111111:q","type":"aws_sqs_queue","cloud":"aws","account":"111111111111","region":"eu-west-1","name":"q","config":{},` +
		`"facets":{"access_policy":{"documents":[{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[{"kind":"*","id":"*"}],"actions":["sqs:SendMessage"],"resources":["*"]}]}],"grants":[]}}}` +
		"\n" + `{"id":"arn:aws:iam::111111111111:root","type":"aws_account","cloud":"aws","account":"111111111111","region":"global","name":"a","config":{"organization":null}}` + "\n"
	if err := os.WriteFile(s.file, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.write(); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"any AWS account": cli.ExitOK, "any account": cli.ExitInvalid} {
		var out, complaints strings.Builder
		env := cli.Env{
			Args: []string{"access", "explain", "--from", s.dir, who, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:q"}, Stdout: &out, Stderr: &complaints,
			Getenv: func(string) string { return "" }, Now: time.Now,
		}
		if code := cli.Run(t.Context(), env); code != want || want == cli.ExitOK && !strings.Contains(out.String(), "allow") {
			t.Errorf("%s ends with %d: %s%s", who, code, out.String(), complaints.String())
		}
	}
}
