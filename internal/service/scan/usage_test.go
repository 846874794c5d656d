package scan_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/source/collect"
)

func scopeOf(region, kind string) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: "1", Region: region, Type: kind}
}

func TestUsageThinsOnlyWhatWasEmpty(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	u := &scan.Usage{Empty: map[string]time.Time{}}
	u.Learn([]estate.Coverage{
		{Scope: scopeOf("eu-west-1", "queue"), Status: estate.CoverageOK, Read: now.Add(-time.Hour)},
		{Scope: scopeOf("eu-west-1", "bucket"), Status: estate.CoverageOK, Resources: 3, Read: now.Add(-time.Hour)},
		{Scope: scopeOf("eu-west-1", "key"), Status: estate.CoverageFailed, Read: now.Add(-time.Hour)},
		{Scope: scopeOf("eu-west-1", "old"), Status: estate.CoverageOK, Read: now.Add(-25 * time.Hour)},
		{Scope: scopeOf("eu-west-1", "always"), Status: estate.CoverageOK, Read: now.Add(-time.Hour)},
	})
	file := filepath.Join(t.TempDir(), "state", "usage.json")
	if err := u.Write(file); err != nil {
		t.Fatal(err)
	}
	u, err := scan.ReadUsage(file)
	if err != nil {
		t.Fatal(err)
	}
	skipped := map[string]int{}
	for hour := range 12 {
		plan := collect.Plan{}
		for _, kind := range []string{"queue", "bucket", "key", "old", "always", "new"} {
			plan.Tasks = append(plan.Tasks, collect.Task{Scope: scopeOf("eu-west-1", kind)})
		}
		u.Thin(&plan, func(kind string) bool { return kind == "always" }, now.Add(time.Duration(hour)*time.Hour))
		for _, task := range plan.Tasks {
			if task.Skip != "" {
				skipped[task.Scope.Type]++
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"queue": 11}, skipped); diff != "" {
		t.Errorf("skipped in twelve hours (-want +got):\n%s", diff)
	}
}
