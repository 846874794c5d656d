package identity_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// publicCase is one entry of a file in testdata/public. Residue is compared where
// the case gives it.
type publicCase struct {
	Name     string          `json:"name"`
	Source   string          `json:"source"`
	Resource string          `json:"resource"`
	Now      time.Time       `json:"now"`
	Policy   json.RawMessage `json:"policy"`
	Want     struct {
		Verdict    estate.Tri `json:"verdict"`
		Actions    []string   `json:"actions"`
		Statements *[]int     `json:"statements"`
		Residue    *[]string  `json:"residue"`
	} `json:"want"`
}

func readCases(t *testing.T) map[string]publicCase {
	t.Helper()
	files, err := filepath.Glob("testdata/public/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	cases := map[string]publicCase{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var list []publicCase
		if err := json.Unmarshal(data, &list); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range list {
			name := strings.TrimSuffix(filepath.Base(file), ".json") + "/" + c.Name
			if _, twice := cases[name]; twice || c.Source == "" {
				t.Fatalf("%s: given twice or without a source", name)
			}
			cases[name] = c
		}
	}
	return cases
}

func parse(t testing.TB, text string) *policydoc.Document {
	t.Helper()
	doc, err := policydoc.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for name, test := range readCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := identity.Public(parse(t, string(test.Policy)), identity.Options{Resource: test.Resource, Now: test.Now})
			want := identity.Access{Verdict: test.Want.Verdict, Actions: test.Want.Actions, Statements: got.Statements, Residue: got.Residue}
			if test.Want.Statements != nil {
				want.Statements = *test.Want.Statements
			}
			if test.Want.Residue != nil {
				want.Residue = *test.Want.Residue
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.Source, diff)
			}
		})
	}
}
