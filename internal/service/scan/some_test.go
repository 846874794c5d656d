package scan_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/bench"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store/run"
)

// TestSomeAgreesWithAll judges, type by type, what a change of one resource concerns, and
// holds the findings to those of judging everything.
func TestSomeAgreesWithAll(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	writeEstate(t, job{Dir: dir, Resources: 400, Accounts: 2})
	reader, err := run.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	j := &scan.Judge{Library: library(t, false), Now: bench.Now(), Workers: 2, SkipPass: true}
	all, parts := map[string][]string{}, 0
	j.Part = func(p scan.Part) error {
		parts += len(p.Resources)
		for i := range p.Findings {
			id := p.Findings[i].Resource.ID
			all[id] = append(all[id], p.Findings[i].Key+string(p.Findings[i].Status))
		}
		return nil
	}
	if _, err := j.Run(context.Background(), reader, output.Run{}, &recorder{}); err != nil {
		t.Fatal(err)
	}
	if parts < 400 {
		t.Fatalf("%d resources were handed on", parts)
	}
	standing, err := j.Stand(reader)
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, scope := range firstScopes(reader) {
		id, line := firstLine(t, reader, scope)
		some := &scan.Some{Cloud: scope.Cloud, Account: scope.Account, Types: []string{scope.Type}, Changed: func(yield func(estate.Scope, []byte) error) error {
			return yield(scope, line)
		}}
		seen := map[string]bool{}
		err := j.RunSome(context.Background(), reader, standing, some, func(p scan.Part) error {
			id := p.Resources[0].ID
			if seen[id] {
				t.Errorf("%s is judged twice", id)
			}
			seen[id] = true
			judged++
			var got []string
			for i := range p.Findings {
				got = append(got, p.Findings[i].Key+string(p.Findings[i].Status))
			}
			if !slices.Equal(got, all[id]) {
				t.Errorf("%s after a change of %s: %d findings, judging all has %d", id, scope, len(got), len(all[id]))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !seen[id] {
			t.Errorf("%s was not judged itself", id)
		}
	}
	if judged < 50 {
		t.Errorf("only %d verdicts were compared", judged)
	}
}

// firstScopes returns a scope with resources for each type.
func firstScopes(reader *run.Reader) []estate.Scope {
	seen, scopes := map[string]bool{}, []estate.Scope(nil)
	for _, c := range reader.Coverage() {
		if c.Resources > 0 && !seen[c.Type] {
			seen[c.Type] = true
			scopes = append(scopes, c.Scope)
		}
	}
	return scopes
}

func firstLine(t *testing.T, reader *run.Reader, scope estate.Scope) (id string, line []byte) {
	t.Helper()
	err := reader.Each(scope, func(l []byte) error {
		if line == nil {
			line = slices.Clone(l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var r estate.Ref
	if err := json.Unmarshal(line, &r); err != nil {
		t.Fatal(err)
	}
	return r.ID, line
}
