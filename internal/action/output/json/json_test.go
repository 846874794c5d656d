package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/json"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

func TestFormat(t *testing.T) {
	outputtest.Run(t, outputtest.Format{New: json.New, Extension: "json", Check: func(t *testing.T, data []byte) {
		t.Helper()
		if !stdjson.Valid(data) {
			t.Error("not JSON")
		}
		if bytes.Contains(data, []byte("</")) {
			t.Error("it would end a script element")
		}
		for _, r := range string(data) {
			if r != '\n' && (unicode.IsControl(r) || escape.Invisible(r)) {
				t.Errorf("it holds %U", r)
			}
		}
	}})
}

func saved(t *testing.T, r *outputtest.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.Play(json.New(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	whole := string(saved(t, outputtest.OneOfEach()))
	for name, text := range map[string]string{
		"empty":              "",
		"cut_in_a_finding":   whole[:strings.Index(whole, `"findings"`)+400],
		"cut_before_summary": whole[:strings.Index(whole, `"summary"`)],
		"cut_at_the_end":     whole[:len(whole)-4],
		"other_format":       strings.Replace(whole, "stance.report/1", "stance.report/2", 1),
		"no_summary":         `{"format":"stance.report/1","run":{},"coverage":[],"findings":[]}`,
		"findings_first":     `{"findings":[]}`,
		"a_list":             `[1,2]`,
		"not_json":           `<html>`,
		"wrong_type":         strings.Replace(whole, `"coverage":[`, `"coverage":[7,`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r outputtest.Recorder
			err := json.Read(strings.NewReader(text), &r)
			if estate.CodeOf(err) != estate.CodeInvalid || estate.HintOf(err) == "" {
				t.Errorf("error %v", err)
			}
			if r.Report.Summary.Counts.Total() > 0 {
				t.Error("End was called")
			}
		})
	}
}

func TestReadSkipsUnknownKeys(t *testing.T) {
	t.Parallel()
	text := strings.Replace(string(saved(t, outputtest.OneOfEach())), `"summary":`, `"issues":[{"a":[1,2]}],"summary":`, 1)
	var r outputtest.Recorder
	if err := json.Read(strings.NewReader(text), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Report.Findings) == 0 || len(r.Report.Summary.Compliance) == 0 {
		t.Error("something is missing")
	}
}

func TestReadPassesOnTheHandlersError(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	err := json.Read(bytes.NewReader(saved(t, outputtest.OneOfEach())), &refusing{err: refused})
	if err != refused {
		t.Errorf("error %v", err)
	}
}

type refusing struct {
	outputtest.Recorder
	err error
}

func (r *refusing) Finding(*estate.Finding) error { return r.err }
func (r *refusing) Begin(output.Run) error        { return nil }

func BenchmarkWrite(b *testing.B) {
	b.ReportAllocs()
	if err := outputtest.Many(json.New(io.Discard), b.N); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkRead(b *testing.B) {
	var out bytes.Buffer
	if err := outputtest.Many(json.New(&out), b.N); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(out.Len() / b.N))
	b.ReportAllocs()
	b.ResetTimer()
	if err := json.Read(&out, &discard{}); err != nil {
		b.Fatal(err)
	}
}

type discard struct{ outputtest.Recorder }

func (*discard) Finding(*estate.Finding) error { return nil }
