package scan_test

import (
	"testing"

	"github.com/stance-sec/stance/checks"
	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/source"
)

// TestNoRegionIsMissedElsewhere denies, in each case of each built-in check that
// collects, one region of one collection: verdicts of other regions stay as they are.
func TestNoRegionIsMissedElsewhere(t *testing.T) {
	t.Parallel()
	set, err := app.Schema()
	if err != nil {
		t.Fatal(err)
	}
	locality := map[string]source.Locality{}
	for _, info := range app.AWSInfos() {
		locality[info.Name] = info.Locality
	}
	failures, swept, err := policytest.Sweep(checks.FS, ".", set, func(kind string) bool { return locality[kind] == source.Regional })
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		t.Error(f)
	}
	if swept < 1000 {
		t.Errorf("only %d cases were judged", swept)
	}
}

// TestCompiledAgreesWithInterpreter judges the cases of all built-in checks, and
// variations of them, by both ways of evaluation.
func TestCompiledAgreesWithInterpreter(t *testing.T) {
	t.Parallel()
	set, err := app.Schema()
	if err != nil {
		t.Fatal(err)
	}
	variations := 6
	if testing.Short() {
		variations = 1
	}
	failures, judged, err := policytest.Agree(checks.FS, ".", set, variations)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures[:min(len(failures), 20)] {
		t.Error(f)
	}
	if judged < 3000 {
		t.Errorf("only %d resources were judged", judged)
	}
}
