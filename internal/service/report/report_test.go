package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/json"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/report"
)

func today() time.Time { return time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC) }

func finding(check, resource string, status estate.Status) estate.Finding {
	return estate.Finding{
		Key: estate.FindingKey(check, estate.Ref{ID: resource, Account: "1"}, ""), Check: check, Title: "Good: " + check, Status: status, Severity: estate.High,
		Resource: estate.Ref{ID: resource, Type: "aws_s3_bucket", Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Name: resource},
	}
}

const suppressionFile = `
- check: bucket-private
  resource: "arn:*:site-?"
  reason: public on purpose
  until: 2026-11-22
  by: web
- check: bucket-*
  account: "2"
  reason: sandbox
  until: 2027-01-01
- check: bucket-private
  reason: long ago
  until: 2026-11-21
`

func TestSuppressions(t *testing.T) {
	t.Parallel()
	s, err := report.ParseSuppressions("s.yaml", strings.NewReader(suppressionFile), today())
	if err != nil {
		t.Fatal(err)
	}
	set := func(f estate.Finding) string {
		s.Apply(&f)
		if f.Suppressed == nil {
			return ""
		}
		return f.Suppressed.Reason + " " + f.Suppressed.Until
	}
	other := finding("bucket-private", "b", estate.UnknownStatus)
	other.Resource.Account = "2"
	for name, c := range map[string]struct {
		f    estate.Finding
		want string
	}{
		"last_day":           {finding("bucket-private", "arn:aws:s3:::site-1", estate.Fail), "public on purpose 2026-11-22"},
		"glob_is_whole":      {finding("bucket-private", "arn:aws:s3:::site-12", estate.Fail), ""},
		"pass_is_left_alone": {finding("bucket-private", "arn:aws:s3:::site-1", estate.Pass), ""},
		"unknown_too":        {other, "sandbox 2027-01-01"},
		"expired":            {finding("bucket-private", "x", estate.Fail), ""},
		"other_check":        {finding("key-rotation", "arn:aws:s3:::site-1", estate.Fail), ""},
	} {
		if got := set(c.f); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if e := s.Expired(); len(e) != 1 || e[0].Reason != "long ago" || e[0].Line != 11 {
		t.Errorf("expired %v", e)
	}
	if u := s.Unused(); len(u) != 0 {
		t.Errorf("unused %v", u)
	}
}

func TestSuppressionMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"no_reason":      {"- check: a\n  until: 2027-01-01\n", "line 1, column 3: reason is missing"},
		"no_until":       {"- check: a\n  reason: b\n", "until is missing"},
		"no_check":       {"- reason: a\n  until: 2027-01-01\n", "check is missing"},
		"bad_day":        {"- check: a\n  reason: b\n  until: 31.12.2027\n", "line 3, column 10"},
		"unknown_field":  {"- check: a\n  reson: b\n", `line 2, column 3: there is no field "reson"`},
		"twice":          {"- check: a\n  check: b\n", "line 2, column 3: check stands here twice"},
		"everything":     {"- check: '*'\n  reason: b\n  until: 2027-01-01\n", "set everything aside"},
		"no_list":        {"check: a\n", "expected a list"},
		"no_entry":       {"- just text\n", "expected an entry"},
		"empty_text":     {"- check: ''\n", "needs a text"},
		"list_for_text":  {"- check: [a, b]\n", "line 1, column 10: check needs a text"},
		"broken_yaml":    {"- check: 'a\n", "line"},
		"both_are_named": {"- reason: a\n  until: 2027-01-01\n- check: a\n  reason: b\n", "line 1, column 3: check is missing; line 3, column 3: until"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := report.ParseSuppressions("s.yaml", strings.NewReader(c.text), today())
			if estate.CodeOf(err) != estate.CodeInvalid || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v", err)
			}
		})
	}
	for _, empty := range []string{"", "# nothing\n", "suppressions:\n"} {
		if _, err := report.ParseSuppressions("s.yaml", strings.NewReader(empty), today()); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func saved(t *testing.T, r *outputtest.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.Play(json.New(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBaseline(t *testing.T) {
	t.Parallel()
	before := outputtest.OneOfEach()
	var list bytes.Buffer
	if err := before.Play(report.NewBaselineWriter(&list)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"report": saved(t, before), "list": list.Bytes()} {
		b, err := report.ReadBaseline(name, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if b.Len() != 5 {
			t.Errorf("%s: %d failures", name, b.Len())
		}
		for _, f := range before.Findings {
			if b.Mark(&f); f.New {
				t.Errorf("%s: %s is new", name, f.Check)
			}
		}
		f := finding("c", "r", estate.Fail)
		if b.Mark(&f); !f.New {
			t.Errorf("%s: not new", name)
		}
		f = finding("c", "r", estate.UnknownStatus)
		if b.Mark(&f); f.New {
			t.Errorf("%s: unknown is new", name)
		}
	}
	for _, bad := range []string{"", "# other\n", "# stance baseline 1\nxyz\n", "{}", `{"format":"stance.report/1"}`} {
		if _, err := report.ReadBaseline("b", strings.NewReader(bad)); estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	s := output.Summary{
		Counts: output.Counts{Fail: 3, Unknown: 2}, Scopes: output.Scopes{Failed: 1},
		Failing: output.Severities{High: 1, Low: 2}, FailingNew: output.Severities{Low: 1},
	}
	for _, c := range []struct {
		ask      string
		baseline bool
		want     string
	}{
		{"", false, ""},
		{"critical", false, ""},
		{"high", false, "1 failures of severity high or worse"},
		{"low", false, "3 failures of severity low or worse"},
		{"high", true, ""},
		{"low", true, "1 new failures of severity low or worse"},
		{"unknown", true, "2 unknown verdicts, 1 scopes that could not be listed"},
		{"Critical, unknown", false, "2 unknown verdicts, 1 scopes that could not be listed"},
	} {
		g, err := report.ParseGate(c.ask)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Check(s, c.baseline); got != c.want {
			t.Errorf("%q: %q, want %q", c.ask, got, c.want)
		}
	}
	for _, bad := range []string{"severe", "high,low", ","} {
		if _, err := report.ParseGate(bad); estate.CodeOf(err) != estate.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// about returns a report whose scope ended with the status.
func about(status estate.CoverageStatus, checks []string, findings ...estate.Finding) *outputtest.Report {
	r := outputtest.Empty()
	for _, id := range checks {
		r.Run.Checks = append(r.Run.Checks, estate.Check{ID: id, Title: id, Severity: estate.High})
	}
	r.Coverage = []estate.Coverage{{Scope: estate.Scope{Cloud: estate.AWS, Account: "1", Region: "eu-west-1", Type: "aws_s3_bucket"}, Status: status}}
	r.Findings = findings
	return r.Seal()
}

func changes(t *testing.T, a, b *outputtest.Report) []string {
	t.Helper()
	var got []string
	err := report.Diff(a.Play, b.Play, func(c report.Change) error {
		got = append(got, fmt.Sprintf("%s %s %s was %q", c.Kind, c.Finding.Check, c.Finding.Resource.ID, c.Was))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDiff(t *testing.T) {
	t.Parallel()
	fail := finding("c1", "r1", estate.Fail)
	aside := fail
	aside.Suppressed = &estate.Suppression{Reason: "x", Until: "2027-01-01"}
	both, one := []string{"c1", "c2"}, []string{"c2"}
	before := about(estate.CoverageOK, both, fail)
	failuresOnly := about(estate.CoverageOK, both)
	failuresOnly.Run.Asked.OnlyFailing = true
	for name, c := range map[string]struct {
		a, b *outputtest.Report
		want []string
	}{
		"nothing":                   {about(estate.CoverageOK, both), about(estate.CoverageOK, both), nil},
		"new":                       {about(estate.CoverageOK, both), before, []string{`new c1 r1 was ""`}},
		"new_was_pass":              {about(estate.CoverageOK, both, finding("c1", "r1", estate.Pass)), before, []string{`new c1 r1 was ""`}},
		"new_was_unknown":           {about(estate.CoverageOK, both, finding("c1", "r1", estate.UnknownStatus)), before, []string{`new c1 r1 was "unknown"`}},
		"no_longer_set_aside":       {about(estate.CoverageOK, both, aside), before, []string{`new c1 r1 was "fail"`}},
		"still":                     {before, before, []string{`still c1 r1 was "fail"`}},
		"fixed":                     {before, about(estate.CoverageOK, both, finding("c1", "r1", estate.Pass)), []string{`fixed c1 r1 was "fail"`}},
		"element_gone":              {before, about(estate.CoverageOK, both, finding("c2", "r1", estate.Pass)), []string{`fixed c1 r1 was "fail"`}},
		"set_aside":                 {before, about(estate.CoverageOK, both, aside), []string{`set_aside c1 r1 was "fail"`}},
		"unknown":                   {before, about(estate.CoveragePartial, both, finding("c1", "r1", estate.UnknownStatus)), []string{`unknown c1 r1 was "fail"`}},
		"not_read_failed":           {before, about(estate.CoverageFailed, both), []string{`not_read c1 r1 was "fail"`}},
		"not_read_skipped":          {before, about(estate.CoverageSkipped, both), []string{`not_read c1 r1 was "fail"`}},
		"not_checked":               {before, about(estate.CoverageOK, one, finding("c2", "r1", estate.Pass)), []string{`not_checked c1 r1 was "fail"`}},
		"gone":                      {before, about(estate.CoverageOK, both, finding("c1", "r2", estate.Pass)), []string{`gone c1 r1 was "fail"`}},
		"gone_with_unread_settings": {before, about(estate.CoveragePartial, both, finding("c1", "r0", estate.Pass)), []string{`gone c1 r1 was "fail"`}},
		"absent_from_failures_only": {before, failuresOnly, []string{`fixed c1 r1 was "fail"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, changes(t, c.a, c.b)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDiffOfGlobalScopes concerns what one scope lists for every region, such as buckets.
func TestDiffOfGlobalScopes(t *testing.T) {
	t.Parallel()
	scoped := func(region string, status estate.CoverageStatus, findings ...estate.Finding) *outputtest.Report {
		r := about(status, []string{"c1"}, findings...)
		r.Coverage[0].Region = region
		return r
	}
	fail := finding("c1", "r1", estate.Fail)
	for name, c := range map[string]struct {
		a, b *outputtest.Report
		want string
	}{
		"global_whole":       {scoped("global", estate.CoverageOK, fail), scoped("global", estate.CoverageOK), "gone"},
		"global_failed":      {scoped("global", estate.CoverageOK, fail), scoped("global", estate.CoverageFailed), "not_read"},
		"region_not_asked":   {scoped("eu-west-1", estate.CoverageOK, fail), scoped("us-east-1", estate.CoverageOK), "not_read"},
		"type_not_read_ever": {scoped("global", estate.CoverageOK, fail), withoutCoverage(scoped("global", estate.CoverageOK)), "not_read"},
	} {
		if got := changes(t, c.a, c.b); len(got) != 1 || !strings.HasPrefix(got[0], c.want+" ") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func withoutCoverage(r *outputtest.Report) *outputtest.Report {
	r.Coverage = nil
	return r
}

func TestDiffErrors(t *testing.T) {
	t.Parallel()
	sound := outputtest.OneOfEach()
	broken := errors.New("broken")
	failing := func(h output.Handler) error {
		if err := h.Begin(output.Run{}); err != nil {
			return err
		}
		return broken
	}
	ignore := func(report.Change) error { return nil }
	if err := report.Diff(sound.Play, failing, ignore); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if err := report.Diff(failing, sound.Play, ignore); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if err := report.Diff(sound.Play, sound.Play, func(report.Change) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	a := about(estate.CoverageOK, []string{"c1", "c2", "c3"}, finding("c1", "r1", estate.Fail), finding("c2", "r1", estate.Fail), finding("c3", "r\x1b[31m2", estate.Pass))
	unknown := finding("c2", "r1", estate.UnknownStatus)
	unknown.Unknown = []estate.Unknown{{Path: "logging", Reason: estate.Denied, Permission: "s3:GetBucketLogging"}}
	b := about(estate.CoverageOK, []string{"c1", "c2", "c3"}, finding("c1", "r1", estate.Pass), unknown, finding("c3", "r\x1b[31m2", estate.Fail))
	var text, data bytes.Buffer
	if _, err := report.WriteDiff(&text, a.Play, b.Play); err != nil {
		t.Fatal(err)
	}
	outputtest.Golden(t, "testdata/diff.golden.txt", text.Bytes())
	counts, err := report.WriteDiffJSON(&data, a.Play, b.Play, false)
	if err != nil {
		t.Fatal(err)
	}
	outputtest.Golden(t, "testdata/diff.golden.json", data.Bytes())
	if diff := cmp.Diff(report.DiffCounts{report.New: 1, report.Lost: 1, report.Fixed: 1}, counts); diff != "" {
		t.Error(diff)
	}
}
