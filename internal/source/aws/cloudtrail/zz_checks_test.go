package cloudtrail_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/account"
	"github.com/stance-sec/stance/internal/source/aws/cloudtrail"
	"github.com/stance-sec/stance/internal/source/aws/cloudwatch"
	"github.com/stance-sec/stance/internal/source/aws/configservice"
	"github.com/stance-sec/stance/internal/source/aws/guardduty"
	"github.com/stance-sec/stance/internal/source/aws/iam"
	"github.com/stance-sec/stance/internal/source/aws/inspector2"
	"github.com/stance-sec/stance/internal/source/aws/logs"
	"github.com/stance-sec/stance/internal/source/aws/macie2"
	"github.com/stance-sec/stance/internal/source/aws/s3"
	"github.com/stance-sec/stance/internal/source/aws/securityhub"
	"github.com/stance-sec/stance/internal/source/aws/sns"
	"github.com/stance-sec/stance/internal/source/aws/wafv2"
	"github.com/stance-sec/stance/internal/source/aws/route53"
	"github.com/stance-sec/stance/internal/source/aws/networkfirewall"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
)

func TestZZ(t *testing.T) {
	set := schema.NewSet()
	for _, kinds := range [][]source.Kind[*aws.Session]{
		account.Kinds(), cloudtrail.Kinds(), cloudwatch.Kinds(), configservice.Kinds(), guardduty.Kinds(), inspector2.Kinds(),
		logs.Kinds(), macie2.Kinds(), s3.Kinds(), securityhub.Kinds(), sns.Kinds(), iam.Kinds(), wafv2.Kinds(), route53.Kinds(), networkfirewall.Kinds(), ec2.Kinds(),
	} {
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
		for _, f := range append(report.Failures, report.Gaps...) {
			t.Error(f)
		}
		t.Logf("%s: %d checks, %d cases", root, report.Checks, report.Cases)
	}
}
