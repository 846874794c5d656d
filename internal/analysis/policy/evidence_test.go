package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
)

func TestEvidenceIsWhatDecided(t *testing.T) {
	t.Parallel()
	const config = `{"versioning":false,"size":7,"note":"n","regions":["a","b"],"rules":[{"port":22,"cidrs":["x"]},{"port":80,"cidrs":[]}],"settings":{"k":"v"}}`
	tests := []struct {
		name, expr string
		want       map[string]string
	}{
		{"short_circuit", "resource.versioning && resource.size > 5", map[string]string{"versioning": "false"}},
		{"both", "!(resource.size > 5 && resource.note == 'n')", map[string]string{"note": `"n"`, "size": "7"}},
		{"absent", "has(resource.logging)", map[string]string{"logging": "null"}},
		{"absent_below", "resource.logging.enabled", map[string]string{"logging.enabled": "null"}},
		{"list", "'z' in resource.regions", map[string]string{"regions": `["a","b"]`}},
		{"comprehension", "!resource.rules.exists(r, r.port == 22)", map[string]string{"rules[0].port": "22"}},
		{"empty_list", "resource.logging.depth.level > 0 || resource.rules[1].cidrs.exists(c, c == 'y')", map[string]string{"logging.depth.level": "null", "rules[1].cidrs": "[]"}},
		{"map", "resource.settings['k'] == 'w'", map[string]string{"settings.k": `"v"`}},
		{"map_absent", "'nope' in resource.settings", map[string]string{"settings.nope": "null"}},
		{"hostile_key", `'a].b "c' in resource.settings`, map[string]string{`settings["a].b \"c"]`: "null"}},
		{"let", "resource.name == 'x'", map[string]string{"name": `"b"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := one(t, tt.expr, resource(t, config))
			if f.Status != estate.Fail {
				t.Fatalf("got %s: %s", f.Status, f.Message)
			}
			if diff := cmp.Diff(tt.want, evidenceOf(f)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	t.Parallel()
	var rules []string
	for i := range 50 {
		rules = append(rules, fmt.Sprintf(`{"port":%d,"cidrs":[%q]}`, i, strings.Repeat("é", 400)))
	}
	config := fmt.Sprintf(`{"note":%q,"rules":[%s]}`, strings.Repeat("é\\", 1000), strings.Join(rules, ","))
	f := one(t, "resource.note == '' && resource.rules == [] || resource.rules.exists(r, r.port == 99 || r.cidrs == [])", resource(t, config))
	if f.Status != estate.Fail || len(f.Evidence) != 12 {
		t.Fatalf("got %s with %d", f.Status, len(f.Evidence))
	}
	for _, e := range f.Evidence {
		if len(e.Value) > 300 || !json.Valid(e.Value) || !utf8.Valid(e.Value) {
			t.Errorf("%s: %d bytes: %s", e.Path, len(e.Value), e.Value)
		}
	}
	whole := one(t, "size(resource.rules) == 0", resource(t, config))
	if v := whole.Evidence[0].Value; len(v) > 300 || !json.Valid(v) {
		t.Errorf("%d bytes: %s", len(v), v)
	}
}

func TestEvidenceOfDeepValues(t *testing.T) {
	t.Parallel()
	deep := `"` + strings.Repeat("x", 40) + `"`
	for range 12 {
		deep = `{"a":[` + deep + `],"b":[1,2,3],"c":"` + strings.Repeat("y", 30) + `"}`
	}
	for _, config := range []string{`{"rules":[` + deep + `]}`, `{"rules":[{"port":1,"cidrs":[` + deep + `]}]}`} {
		f := one(t, "size(resource.rules) == 0", resource(t, config))
		if v := f.Evidence[0].Value; len(v) > 300 || len(v) < 20 || !json.Valid(v) {
			t.Errorf("%d bytes: %s", len(v), v)
		}
	}
}
