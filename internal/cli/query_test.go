package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/cli"
	service "github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/queries"
)

// ask runs a query over a saved run and returns what it prints.
func ask(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var out, complaints strings.Builder
	env := cli.Env{
		Args: append([]string{"query", "--from", dir}, args...), Stdout: &out, Stderr: &complaints, Getenv: func(string) string { return "" },
		Now: func() time.Time { return time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC) },
	}
	if code := cli.Run(t.Context(), env); code != cli.ExitOK {
		t.Errorf("%q ends with %d:\n%s", args, code, complaints.String())
	}
	return out.String()
}

// estateDir is a saved run of the example company's front.
func estateDir(t *testing.T) string {
	t.Helper()
	s := savedRun{dir: filepath.Join(t.TempDir(), "run"), file: "../service/picture/testdata/front.jsonl"}
	if err := s.write(); err != nil {
		t.Fatal(err)
	}
	return s.dir
}

var example = regexp.MustCompile(`(?m)^stance query '(.*)'$`)

func TestExamplesOfTheReferenceAreAnswered(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/reference/query.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := estateDir(t)
	found := example.FindAllStringSubmatch(string(page), -1)
	const promised = 10
	if len(found) != promised {
		t.Errorf("the page has %d examples", len(found))
	}
	for _, m := range found {
		ask(t, dir, m[1])
	}
}

func TestSavedQueriesAreAnswered(t *testing.T) {
	t.Parallel()
	all, err := service.Library(queries.FS)
	if err != nil {
		t.Fatal(err)
	}
	dir := estateDir(t)
	for _, s := range all {
		args := []string{s.Name}
		for _, p := range s.Params {
			args = append(args, "--param", p.Name+"=front")
		}
		ask(t, dir, args...)
	}
}

func TestFormatsOfAnAnswer(t *testing.T) {
	t.Parallel()
	const text = `internet -> * -> "acme-orders-front*"`
	dir := estateDir(t)
	table := ask(t, dir, text)
	if !strings.Contains(table, "internet -internet-exposed-> instance front -runs-as-> iam_role front -escalate-> iam_role export-front -reads-data-> s3_bucket acme-orders-front\n    perhaps: ") ||
		!strings.HasSuffix(table, "\n1 path, 1 of them perhaps\n") {
		t.Error(table)
	}
	var answer struct {
		Paths []struct {
			Sure  bool
			Named []int
			Nodes []struct{ ID, Type string }
			Steps []struct{ From, To, Kind, Label, Then string }
		}
	}
	if err := json.Unmarshal([]byte(ask(t, dir, text, "--format", "json")), &answer); err != nil {
		t.Fatal(err)
	}
	if p := answer.Paths; len(p) != 1 || p[0].Sure || len(p[0].Nodes) != 5 || len(p[0].Named) != 2 || p[0].Named[1] != 4 || p[0].Steps[0].Then == "" {
		t.Errorf("%+v", p)
	}
	for format, want := range map[string]string{"dot": "digraph answer {", "svg": "<svg xmlns="} {
		file := filepath.Join(t.TempDir(), "picture")
		if out := ask(t, dir, text, "--format", format, "--out", file); out != "" {
			t.Error(out)
		}
		if data, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(data), want) {
			t.Errorf("%s: %v %.80s", format, err, data)
		}
	}
}
