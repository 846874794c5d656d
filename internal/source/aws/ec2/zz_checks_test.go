package ec2_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source/aws/autoscaling"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
	"github.com/stance-sec/stance/internal/source/aws/elb"
	"github.com/stance-sec/stance/internal/source/aws/elbv2"
)

func TestZZ(t *testing.T) {
	set := schema.NewSet()
	for _, kinds := range append(append(append(ec2.Kinds(), elb.Kinds()...), elbv2.Kinds()...), autoscaling.Kinds()...) {
		if err := kinds.AddTo(set); err != nil {
			t.Fatal(err)
		}
	}
	for n, f := range facet.Types() {
		if err := set.AddFacet(n, f); err != nil {
			t.Fatal(err)
		}
	}
	for _, root := range strings.Fields(os.Getenv("ROOTS")) {
		r, err := policytest.Run(os.DirFS("/work/main/checks"), "aws/"+root, set)
		if err != nil {
			t.Error(err)
			continue
		}
		t.Logf("%s: %d checks, %d cases", root, r.Checks, r.Cases)
		for _, f := range append(r.Failures, r.Gaps...) {
			t.Error(f)
		}
	}
}
