package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
)

// TestSupersedes holds that the id of a file means its rows, that each row of a check
// supersedes what the check does, and that partial sources leave out what is not there.
func TestSupersedes(t *testing.T) {
	t.Parallel()
	const pass = header + "assert: [{expr: 'true'}]\n"
	files := map[string]string{
		"wide": pass + "rows: [{id: a}, {id: b}]\nsupersedes: [ports, one, ports-ssh]\n", "ports": pass + "rows: [{id: ssh}, {id: rdp}]\n", "one": pass,
	}
	want := map[string][]string{"wide-a": {"one", "ports-rdp", "ports-ssh"}, "wide-b": {"one", "ports-rdp", "ports-ssh"}, "ports-ssh": nil, "ports-rdp": nil, "one": nil}
	hold := func(options policy.Options) {
		got := map[string][]string{}
		for _, c := range mustCompile(t, files, options).Checks() {
			got[c.ID] = c.Supersedes
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", options, diff)
		}
	}
	hold(policy.Options{})
	delete(files, "ports")
	want = map[string][]string{"wide-a": {"one"}, "wide-b": {"one"}, "one": nil}
	hold(policy.Options{Partial: true})
	if _, err := compile(t, files, policy.Options{}); err == nil {
		t.Error("a check that is not there is superseded")
	}
}
