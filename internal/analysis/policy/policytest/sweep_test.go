package policytest_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
)

// TestSweep judges two checks that ask for another group, one of them in any region.
func TestSweep(t *testing.T) {
	t.Parallel()
	const check = "title: t\nseverity: low\ntype: aws_security_group\ncollect: {others: aws_security_group}\nassert:\n  - expr: "
	const cases = "- {name: alone, resource: {name: a}, collections: {aws_security_group: []}, want: fail}\n" +
		"- {name: with-another, resource: {name: a}, collections: {aws_security_group: [{name: b}]}, want: pass}\n"
	fsys := fstest.MapFS{}
	for name, expr := range map[string]string{
		"near": "others.exists(o, o.region == resource.region && o.name != resource.name)",
		"far":  "others.exists(o, o.name != resource.name)",
	} {
		fsys["checks/"+name+".yaml"] = &fstest.MapFile{Data: []byte(check + expr + "\n")}
		fsys["checks/"+name+".test.yaml"] = &fstest.MapFile{Data: []byte(cases)}
	}
	failures, swept, err := policytest.Sweep(fsys, "checks", testSet(t), func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"checks/far.test.yaml:1: far: alone: is fail, and unknown once aws_security_group in xx-elsewhere-1 is lost"}
	if diff := cmp.Diff(want, texts(failures)); diff != "" || swept != 12 {
		t.Errorf("%d judgements\n%s", swept, diff)
	}
}
