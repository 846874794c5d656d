package region_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/accessanalyzer"
	"github.com/stance-sec/stance/internal/source/aws/account"
	"github.com/stance-sec/stance/internal/source/aws/iam"
	"github.com/stance-sec/stance/internal/source/aws/organizations"
	"github.com/stance-sec/stance/internal/source/aws/region"
	"github.com/stance-sec/stance/internal/source/aws/s3"
)

func TestZZ(t *testing.T) {
	set := schema.NewSet()
	for _, kinds := range [][]source.Kind[*aws.Session]{iam.Kinds(), account.Kinds(), region.Kinds(), organizations.Kinds(), accessanalyzer.Kinds(), s3.Kinds()} {
		for _, k := range kinds {
			if err := k.AddTo(set); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, typ := range facet.Types() {
		if err := set.AddFacet(name, typ); err != nil {
			t.Fatal(err)
		}
	}
	for _, root := range strings.Fields(os.Getenv("ROOTS")) {
		report, err := policytest.Run(os.DirFS("/work/main/checks"), root, set)
		if err != nil {
			t.Errorf("%s: %v", root, err)
			continue
		}
		for _, f := range report.Failures {
			t.Error(f)
		}
		for _, f := range report.Gaps {
			t.Errorf("gap: %s", f)
		}
		t.Logf("%s: %d checks, %d cases", root, report.Checks, report.Cases)
	}
}
