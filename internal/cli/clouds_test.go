package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/cli"
	"github.com/stance-sec/stance/internal/source/azure/azuretest"
	"github.com/stance-sec/stance/internal/source/gcp/gcptest"
)

// These tests run the command line in this process against doubles that speak each
// cloud's wire format over TLS, with the vendors' own clients in between.

func read[T any](t *testing.T, file string) T {
	t.Helper()
	var v T
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func bundle(t *testing.T, s *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// verdicts runs a scan and returns the verdict of every check on every resource, by name.
func verdicts(t *testing.T, env map[string]string, args ...string) map[string]string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	mapping := filepath.Join(t.TempDir(), "context.yaml")
	if err := os.WriteFile(mapping, []byte("context:\n  - match: {tags: {environment: production}}\n    set: {environment: production}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, "--save", filepath.Join(t.TempDir(), "run"), "--format", "json", "--checks", "any-*", "--context", mapping)
	code := cli.Run(context.Background(), cli.Env{
		Args: args, Stdout: &stdout, Stderr: &stderr, Now: time.Now,
		Getenv: func(name string) string { return env[name] },
	})
	if code != cli.ExitOK {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	var report struct {
		Findings []struct {
			Check, Status string
			Resource      struct{ Name string }
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range report.Findings {
		if f.Status != "not_applicable" {
			got[f.Check+" "+f.Resource.Name] = f.Status
		}
	}
	return got
}

func azureEnv(t *testing.T, secret string) {
	t.Helper()
	t.Setenv("AZURE_TENANT_ID", "22222222-2222-2222-2222-222222222222")
	t.Setenv("AZURE_CLIENT_ID", "33333333-3333-3333-3333-333333333333")
	t.Setenv("AZURE_CLIENT_SECRET", secret)
}

func TestScanAzure(t *testing.T) {
	azureEnv(t, "right")
	double := azuretest.New(read[azuretest.Estate](t, "azure.json"))
	defer double.Close()
	double.Throttle(1)
	got := verdicts(t, nil, "scan", "azure", "--endpoint", double.URL, "--authority", double.URL, "--ca-bundle", bundle(t, double.Server))
	want := map[string]string{
		"any-storage-object-store-not-public opendata":     "fail",
		"any-storage-object-store-not-public forbidden":    "pass",
		"any-storage-object-store-not-public walled":       "pass",
		"any-network-admin-port-closed-ssh open":           "fail",
		"any-network-admin-port-closed-ssh overruled":      "pass",
		"any-network-admin-port-closed-rdp open":           "pass",
		"any-network-admin-port-closed-rdp overruled":      "pass",
		"any-database-production-hardened orders":          "fail",
		"any-identity-workload-not-administrator deployer": "fail",
		"any-identity-workload-not-administrator reader":   "pass",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

func TestScanAzureContainersDenied(t *testing.T) {
	azureEnv(t, "right")
	double := azuretest.New(read[azuretest.Estate](t, "azure.json"))
	defer double.Close()
	double.Deny("/containers")
	got := verdicts(t, nil, "scan", "azure", "--endpoint", double.URL, "--authority", double.URL, "--ca-bundle", bundle(t, double.Server))
	want := map[string]string{"opendata": "unknown", "forbidden": "pass", "walled": "pass"}
	for name, status := range want {
		if s := got["any-storage-object-store-not-public "+name]; s != status {
			t.Errorf("%s is %q, not %q", name, s, status)
		}
	}
}

func TestScanGCP(t *testing.T) {
	double := gcptest.New(read[gcptest.Estate](t, "gcp.json"))
	defer double.Close()
	got := verdicts(t, map[string]string{"GOOGLE_OAUTH_ACCESS_TOKEN": "token"}, "scan", "gcp", "--parent", "organizations/1", "--endpoint", double.URL, "--ca-bundle", bundle(t, double.Server))
	want := map[string]string{
		"any-storage-object-store-not-public acme-open":                                    "fail",
		"any-storage-object-store-not-public acme-prevented":                               "pass",
		"any-storage-object-store-not-public acme-private":                                 "pass",
		"any-network-admin-port-closed-ssh ssh":                                            "fail",
		"any-network-admin-port-closed-ssh off":                                            "pass",
		"any-network-admin-port-closed-rdp ssh":                                            "pass",
		"any-network-admin-port-closed-rdp off":                                            "pass",
		"any-database-production-hardened orders":                                          "fail",
		"any-identity-workload-not-administrator deploy@acme-prod.iam.gserviceaccount.com": "fail",
		"any-identity-workload-not-administrator reader@acme-prod.iam.gserviceaccount.com": "pass",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

func TestScanGCPDenied(t *testing.T) {
	double := gcptest.New(read[gcptest.Estate](t, "gcp.json"))
	defer double.Close()
	double.Deny("storage.googleapis.com/Bucket", "IAM_PERMISSION_DENIED")
	got := verdicts(t, map[string]string{"GOOGLE_OAUTH_ACCESS_TOKEN": "token"}, "scan", "gcp", "--parent", "organizations/1", "--endpoint", double.URL, "--ca-bundle", bundle(t, double.Server))
	if _, found := got["any-storage-object-store-not-public acme-open"]; found {
		t.Error("a bucket that could not be listed was judged")
	}
	if got["any-network-admin-port-closed-ssh ssh"] != "fail" {
		t.Error("what could be listed was not judged")
	}
}
