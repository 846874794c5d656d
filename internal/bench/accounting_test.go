package bench_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/bench"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws/catalog"
	"github.com/stance-sec/stance/internal/store/run"
)

// callsPerResource bounds the requests that one resource may take besides those of its
// list: S3 has no batch form for the settings of a bucket.
const callsPerResource = 14

// account holds the ledger of a run against what the cloud did: every scope is there,
// what was lost was denied or unreachable and says so, and nothing else is missing. It
// returns how many resources were read.
func account(t testing.TB, c *bench.Cloud, r reading, tally bench.Tally) int {
	t.Helper()
	reader, err := run.Open(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	a := auditor{TB: t, cloud: c, services: services(r.Services), quick: r.After != ""}
	resources, calls := 0, 0
	for _, line := range reader.Coverage() {
		a.check(line)
		resources += line.Resources
		calls += line.Calls
	}
	if want := a.scopes(); len(reader.Coverage()) != want {
		t.Errorf("the ledger has %d lines instead of %d", len(reader.Coverage()), want)
	}
	if reader.Interrupted() {
		t.Error("the run is not finished")
	}
	if budget := a.budget(resources); tally.Calls > budget {
		t.Errorf("%d calls were made, more than %d", tally.Calls, budget)
	}
	if tally.OverLimit*200 > tally.Calls {
		t.Errorf("%d of %d calls went over the limits of AWS, which the budgets should prevent", tally.OverLimit, tally.Calls)
	}
	t.Logf("%d resources in %d scopes, %d calls in the ledger", resources, len(reader.Coverage()), calls)
	return resources
}

// auditor checks lines of a ledger.
type auditor struct {
	testing.TB
	cloud    *bench.Cloud
	services map[string]source.Info
	quick    bool
}

// services returns the types by name, all unless some services are named.
func services(only []string) map[string]source.Info {
	infos := map[string]source.Info{}
	for _, k := range catalog.Kinds() {
		if info := k.Info(); only == nil || slices.Contains(only, info.Service) {
			infos[info.Name] = info
		}
	}
	return infos
}

// entered is how many accounts can be entered.
func (a auditor) entered() int { return a.cloud.Accounts - 1 }

// scopes is how many lines the ledger must have: all types in all places, and one for
// the account that cannot be entered.
func (a auditor) scopes() int {
	n := 1
	for _, info := range a.services {
		if info.Locality == source.Global {
			n += a.entered()
		} else {
			n += a.entered() * len(a.cloud.Regions)
		}
	}
	return n
}

// budget is how many calls there may be: those of every list that is declared, once in
// each place, those of each resource, and a twentieth more for retries.
func (a auditor) budget(resources int) int {
	n := 100
	for _, info := range a.services {
		places := a.entered()
		if info.Locality == source.Regional {
			places *= len(a.cloud.Regions)
		}
		n += places * len(info.Calls)
	}
	content := a.cloud.Content
	n += a.entered() * (content.Buckets*callsPerResource + content.Functions*3 + content.Instances + content.Total()/50)
	return n + n/20
}

func (a auditor) check(line estate.Coverage) {
	switch {
	case line.Account == a.cloud.Closed:
		a.want(line, line.Status == estate.CoverageFailed && line.Reason == estate.Denied && slices.Equal(line.Permissions, []string{"sts:AssumeRole"}))
	case a.services[line.Type].Service == "organizations" && line.Account != bench.AccountID(0):
		a.want(line, line.Status == estate.CoverageSkipped && line.Reason == estate.Uncollected && strings.Contains(line.Detail, bench.AccountID(0)))
	case a.services[line.Type].OnRequest != "": // costs much and is read on request only
		a.want(line, line.Status == estate.CoverageSkipped && line.Reason == estate.Uncollected && line.Detail != "")
	case line.Region == a.cloud.Dead && a.cloud.Dead != "":
		lost := line.Status == estate.CoverageFailed || line.Status == estate.CoveragePartial // settings of the region itself exist without an answer
		a.want(line, lost && line.Reason == estate.Unavailable && strings.Contains(line.Detail, " "))
	case line.Status == estate.CoverageOK:
		a.count(line)
	case line.Status == estate.CoveragePartial && line.Reason == estate.Malformed: // an answer without a setting is no setting that is off
		a.want(line, slices.Contains(untold(), line.Type))
	case a.quick && line.Status == estate.CoverageSkipped:
		a.want(line, line.Reason == estate.Uncollected && line.Detail != "")
		a.count(line)
	case a.refuses(line):
		a.want(line, line.Reason == estate.Denied && len(line.Permissions) > 0)
	case line.Status == estate.CoveragePartial && line.Type == "aws_s3_bucket":
		a.want(line, line.Reason == estate.Unavailable && a.cloud.Busy(line.Account, a.cloud.Dead))
		a.count(line)
	default:
		a.want(line, false)
	}
}

// untold are the types of settings that the simulated cloud answers for without telling
// them.
func untold() []string {
	return []string{
		"aws_account", "aws_ebs_encryption_by_default", "aws_ebs_snapshot_block_public_access", "aws_ec2_allowed_images_settings",
		"aws_ec2_image_block_public_access", "aws_ec2_instance_metadata_defaults", "aws_ec2_serial_console_access",
		"aws_emr_block_public_access_configuration", "aws_glue_data_catalog_encryption_settings", "aws_macie2_account",
		"aws_securityhub_account", "aws_ssm_service_setting", "aws_vpc_block_public_access_options",
	}
}

// refuses reports whether a service that the type needs is refused in the account.
func (a auditor) refuses(line estate.Coverage) bool {
	service := a.cloud.Denied[line.Account]
	return service != "" && slices.ContainsFunc(a.services[line.Type].Calls, func(c source.Call) bool { return strings.HasPrefix(c.Permission, service+":") })
}

func (a auditor) want(line estate.Coverage, ok bool) {
	a.Helper()
	if !ok {
		a.Errorf("%s is %s, %s: %s %v", line.Scope, line.Status, line.Reason, line.Detail, line.Permissions)
	}
}

// count compares how many resources a scope has with how many the cloud holds.
func (a auditor) count(line estate.Coverage) {
	a.Helper()
	if want, known := a.cloud.Holds(line.Scope); known && line.Resources != want {
		a.Errorf("%s has %d resources instead of %d", line.Scope, line.Resources, want)
	}
}
