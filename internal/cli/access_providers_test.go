package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/cli"
)

// TestProvidersAreIdentities holds that a provider is in use by what a role that trusts
// nobody else did, idle only where no role that trusts it was used, and not judged where
// roles were not read.
func TestProvidersAreIdentities(t *testing.T) {
	t.Parallel()
	const used, old, young = "2026-11-20T00:00:00Z", "2020-01-01T00:00:00Z", "2026-11-01T00:00:00Z"
	role := func(name, last string, trusts ...string) string {
		principals := []string{}
		for _, who := range trusts {
			principals = append(principals, fmt.Sprintf(`{"kind":"Federated","id":"arn:aws:iam::1:%s"}`, who))
		}
		return fmt.Sprintf(`{"id":"arn:aws:iam::1:role/%[1]s","type":"aws_iam_role","cloud":"aws","account":"1","region":"global","name":"%[1]s","created":"%[2]s","config":{"last_used":%[3]s,`+
			`"trust":{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[%[4]s],"actions":["sts:AssumeRoleWithWebIdentity"]}]}}}`, name, old, last, strings.Join(principals, ","))
	}
	provider := func(kind, name, created string) string {
		return fmt.Sprintf(`{"id":"arn:aws:iam::1:%[1]s-provider/%[2]s","type":"%[3]s","cloud":"aws","account":"1","region":"global","name":"%[2]s","created":%[4]s,"tags":{"owner":"ci"},"config":{}}`,
			kind, name, map[string]string{"oidc": "aws_iam_openid_connect_provider", "saml": "aws_iam_saml_provider"}[kind], created)
	}
	lines := []string{
		provider("oidc", "busy", `"`+old+`"`), role("a", `"`+used+`"`, "oidc-provider/busy"),
		provider("oidc", "shared", `"`+old+`"`), role("b", `"`+used+`"`, "oidc-provider/shared", "oidc-provider/still"),
		provider("oidc", "idle", `"`+old+`"`), role("c", "null", "oidc-provider/idle"),
		provider("oidc", "none", `"`+old+`"`), provider("oidc", "fresh", `"`+young+`"`), provider("oidc", "ageless", "null"), provider("saml", "corp", `"`+old+`"`),
	}
	want := map[string]string{
		"busy": "used of ci by a", "shared": "unknown of ci by b", "idle": "idle of ci by c", "none": "idle of ci by", "fresh": "young of ci by", "ageless": "unknown of ci by",
	}
	if diff := cmp.Diff(want, providers(t, lines, "--non-human")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want["corp"] = "idle of ci by"
	if diff := cmp.Diff(want, providers(t, lines)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	lost := `{"cloud":"aws","account":"1","region":"global","type":"aws_iam_role","status":"denied","reason":"denied"}`
	for name, got := range providers(t, []string{lines[0], lines[4], lines[7], lost}) {
		if name != "fresh" && !strings.HasPrefix(got, "unknown, perhaps administrator, others perhaps") {
			t.Errorf("%s with roles unread: %s", name, got)
		}
	}
}

// providers lists what is told of the providers of an estate, by name.
func providers(t *testing.T, lines []string, args ...string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	s := savedRun{dir: filepath.Join(dir, "run"), file: filepath.Join(dir, "estate.jsonl")}
	if err := os.WriteFile(s.file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.write(); err != nil {
		t.Fatal(err)
	}
	var out, complaints strings.Builder
	env := cli.Env{
		Args: append([]string{"access", "identities", "--format", "json", "--from", s.dir}, args...), Stdout: &out, Stderr: &complaints,
		Getenv: func(string) string { return "" }, Now: func() time.Time { return time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC) },
	}
	if code := cli.Run(t.Context(), env); code != cli.ExitOK {
		t.Fatalf("ends with %d: %s", code, complaints.String())
	}
	var rows []struct {
		ARN, Kind, Use, Owner string
		Administrator         *bool
		Roles                 struct {
			Known bool
			ARNs  []string
		}
		Stores *int
	}
	if err := json.Unmarshal([]byte(out.String()), &rows); err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, r := range rows {
		if !strings.HasSuffix(r.Kind, "-provider") {
			continue
		}
		text := r.Use
		if r.Administrator == nil {
			text += ", perhaps administrator"
		}
		if !r.Roles.Known {
			text += ", others perhaps"
		}
		if text += " of " + r.Owner + " by"; r.Stores != nil {
			t.Errorf("%s counts stores", r.ARN)
		}
		for _, arn := range r.Roles.ARNs {
			text += " " + arn[strings.LastIndex(arn, "/")+1:]
		}
		told[r.ARN[strings.LastIndex(r.ARN, "/")+1:]] = text
	}
	return told
}
