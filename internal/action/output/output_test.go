package output_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	base := estate.Finding{Check: "c", Element: "e", Resource: estate.Ref{Cloud: "aws", Account: "1", Region: "r", Type: "t", ID: "i"}}
	for name, change := range map[string]func(*estate.Finding){
		"cloud":   func(f *estate.Finding) { f.Resource.Cloud, f.Resource.Account = "azure", "0" },
		"account": func(f *estate.Finding) { f.Resource.Account, f.Resource.Type = "2", "a" },

		"type":    func(f *estate.Finding) { f.Resource.Type, f.Resource.ID = "u", "a" },
		"id":      func(f *estate.Finding) { f.Resource.ID, f.Check = "j", "a" },
		"check":   func(f *estate.Finding) { f.Check, f.Element = "d", "a" },
		"element": func(f *estate.Finding) { f.Element = "f" },
	} {
		later := base
		change(&later)
		if output.CompareFindings(&base, &later) >= 0 || output.CompareFindings(&later, &base) <= 0 {
			t.Errorf("%s does not order", name)
		}
	}
	if output.CompareFindings(&base, &base) != 0 {
		t.Error("not equal to itself")
	}
}

func TestRollUp(t *testing.T) {
	t.Parallel()
	requirement := func(id string, assessment output.Assessment, checks ...string) output.Requirement {
		return output.Requirement{ID: id, Assessment: assessment, Checks: checks}
	}
	run := output.Run{
		Checks: []estate.Check{{ID: "good", Type: "t"}, {ID: "bad", Type: "t"}, {ID: "dim", Type: "t"}, {ID: "unread", Type: "u"}, {ID: "silent", Type: "t"}, {ID: "aside", Type: "t"}},
		Frameworks: []output.Framework{{ID: "f", Requirements: []output.Requirement{
			requirement("pass", output.Automated, "good"),
			requirement("pass with nothing to judge", output.Automated, "good", "silent"),
			requirement("fail", output.Automated, "good", "bad", "dim"),
			requirement("unknown", output.Automated, "good", "dim"),
			requirement("scope not read", output.Automated, "good", "unread"),
			requirement("nothing judged", output.Automated, "silent"),
			requirement("set aside", output.Automated, "aside"),
			requirement("manual", output.Manual),
			requirement("manual with a check", output.Manual, "bad"),
			requirement("automated without a check", output.Automated),
		}}},
	}
	tally := output.NewTally(run)
	tally.Coverage(estate.Coverage{Scope: estate.Scope{Type: "u"}, Status: estate.CoverageFailed})
	tally.Coverage(estate.Coverage{Scope: estate.Scope{Type: "t"}, Status: estate.CoverageSkipped})
	for check, status := range map[string]estate.Status{"bad": estate.Fail, "dim": estate.UnknownStatus, "unread": estate.Pass} {
		tally.Add(&estate.Finding{Check: check, Status: status, Severity: estate.High})
	}
	tally.Add(&estate.Finding{Check: "aside", Status: estate.Fail, Suppressed: &estate.Suppression{}})
	tally.Skip("good", output.Counts{Pass: 3})
	var s output.Summary
	tally.Fill(&s)
	got := map[string]output.RequirementStatus{}
	for _, r := range s.Compliance[0].Requirements {
		got[r.ID] = r.Status
	}
	want := map[string]output.RequirementStatus{
		"pass": output.RequirementPass, "pass with nothing to judge": output.RequirementPass,
		"fail": output.RequirementFail, "unknown": output.RequirementNoData, "scope not read": output.RequirementNoData,
		"nothing judged": output.RequirementNoData, "set aside": output.RequirementPass, "manual": output.RequirementManual,
		"manual with a check": output.RequirementFail, "automated without a check": output.RequirementNoData,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(output.Counts{Pass: 4, Fail: 1, Unknown: 1, Suppressed: 1}, s.Counts); diff != "" {
		t.Error(diff)
	}
	if s.Failing.High != 1 || s.Scopes.Failed != 1 || s.Scopes.Skipped != 1 {
		t.Errorf("%+v", s)
	}
}

func TestTee(t *testing.T) {
	t.Parallel()
	var one, two outputtest.Recorder
	if err := outputtest.OneOfEach().Play(output.Tee(&one, &two)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(one.Report, two.Report); diff != "" {
		t.Error(diff)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "report")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	write := func(text string) *output.File {
		f, err := output.CreateFile(link)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return f
	}
	if err := write("half").Discard(); err != nil || read(t, path) != "old" {
		t.Errorf("%q, %v", read(t, path), err)
	}
	f := write("new")
	if read(t, path) != "old" {
		t.Error("the target changed before Commit")
	}
	if err := errors.Join(f.Commit(), f.Discard()); err != nil || read(t, path) != "new" {
		t.Errorf("%q, %v", read(t, path), err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is gone")
	}
	if info, err = os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", info.Mode())
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFileErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "no", "report")} {
		if _, err := output.CreateFile(path); estate.CodeOf(err) != estate.CodeIO || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v", err)
		}
	}
	full, err := output.CreateFile("/dev/full")
	if err != nil {
		t.Skip(err)
	}
	if _, err := full.Write([]byte("x")); estate.CodeOf(err) != estate.CodeIO || !strings.Contains(estate.HintOf(err), "free space") {
		t.Errorf("error %v", err)
	}
	if err := full.Discard(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Error("a device was removed")
	}
}
