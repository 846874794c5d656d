package scan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/checks"
	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/source"
)

// everywhere are checks that find what belongs to a resource by its id alone, so that
// one lost region makes them unknown in all.
var everywhere = []string{
	"aws-ec2-instance-port-closed", "aws-ec2-route-table-peering-narrow", "aws-efs-file-system-private-subnets",
	"aws-elbv2-load-balancer-has-listeners", "aws-rds-instance-firewall-closed", "aws-redshift-cluster-firewall-closed",
	"aws-redshiftserverless-workgroup-firewall-closed", "aws-sqs-queue-dead-letter", "aws-ssm-ec2-instance-managed",
}

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
		known := slices.ContainsFunc(everywhere, func(id string) bool { return strings.HasPrefix(f.Check, id) })
		if !known || !strings.Contains(f.Text, "and unknown once") {
			t.Error(f)
		}
	}
	if swept < 1000 {
		t.Errorf("only %d cases were judged", swept)
	}
}
