package redshiftserverless_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source/aws/redshiftserverless"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
)

type zzAccount struct {
	X bool `json:"x"`
}

func TestZZ(t *testing.T) {
	set := schema.NewSet()
	for _, k := range redshiftserverless.Kinds() {
		if err := k.AddTo(set); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range ec2.Kinds() {
		_ = k.AddTo(set)
	}
	_ = set.AddConfig("aws_account", reflect.TypeFor[zzAccount]())
	for n, f := range facet.Types() {
		_ = set.AddFacet(n, f)
	}
	r, err := policytest.Run(os.DirFS("/work/main/checks"), "aws/redshiftserverless", set)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d checks %d cases", r.Checks, r.Cases)
	for _, f := range r.Failures {
		t.Error(f.String())
	}
	for _, f := range r.Gaps {
		t.Error("gap ", f.String())
	}
}
