package checks_test

import (
	"os"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/app"
)

// TestCases runs the cases beside every check.
func TestCases(t *testing.T) {
	t.Parallel()
	set, err := app.Schema()
	if err != nil {
		t.Fatal(err)
	}
	report, err := policytest.Run(os.DirFS("."), ".", set)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(report.Failures, report.Gaps...) {
		t.Error(f)
	}
	t.Logf("%d checks, %d cases", report.Checks, report.Cases)
}
