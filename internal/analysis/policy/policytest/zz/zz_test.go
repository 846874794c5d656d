package zz

import (
	"os"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	awscatalog "github.com/stance-sec/stance/internal/source/aws/catalog"
)

func TestZZ(t *testing.T) {
	set := schema.NewSet()
	for n, f := range facet.Types() {
		if err := set.AddFacet(n, f); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range awscatalog.Kinds() {
		if err := k.AddTo(set); err != nil {
			t.Fatal(err)
		}
	}
	fsys := os.DirFS("/tmp/chk")
	for range 5 {
		s, err := policy.Load(fsys, ".")
		if err == nil {
			_, err = policy.Compile(set, s, policy.Options{})
		}
		if err == nil {
			break
		}
		for _, l := range strings.Split(err.Error(), "\n") {
			t.Log("ERR", l)
			f, _, _ := strings.Cut(l, ":")
			os.Remove("/tmp/chk/" + f)
			os.Remove("/tmp/chk/" + strings.TrimSuffix(f, ".yaml") + ".test.yaml")
		}
	}
	r, err := policytest.Run(fsys, ".", set)
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
