package s3_test

import (
	"os"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source/aws/s3"
)

func TestZZ(t *testing.T) {
	set := schema.NewSet()
	for _, k := range s3.Kinds() {
		if err := k.AddTo(set); err != nil {
			t.Fatal(err)
		}
	}
	for name, typ := range facet.Types() {
		if err := set.AddFacet(name, typ); err != nil {
			t.Fatal(err)
		}
	}
	report, err := policytest.Run(os.DirFS("/work/main/checks"), "aws/s3", set)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(report.Failures, report.Gaps...) {
		t.Error(f)
	}
	t.Logf("%d checks, %d cases", report.Checks, report.Cases)
}
