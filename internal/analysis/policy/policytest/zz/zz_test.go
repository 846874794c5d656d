package zz

import (
	"os"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/app"
)

func TestZZ(t *testing.T) {
	set, err := app.Schema()
	if err != nil {
		t.Fatal(err)
	}
	r, err := policytest.Run(os.DirFS("/work/main/checks"), ".", set)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Checks, r.Cases, len(r.Failures), len(r.Gaps))
	for _, f := range r.Failures {
		t.Log("FAIL", f)
	}
	for _, f := range r.Gaps {
		t.Log("GAP", f)
	}
}
