package sarif_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/action/output/sarif"
)

func TestFormat(t *testing.T) {
	outputtest.Run(t, outputtest.Format{New: sarif.New, Extension: "sarif", Check: check})
}

func check(t *testing.T, data []byte) {
	t.Helper()
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID              string
				RuleIndex           int
				Kind                string
				PartialFingerprints map[string]string
			}
		}
	}
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("%+v", log)
	}
	for _, r := range log.Runs[0].Results {
		if r.Kind != "fail" || log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || len(r.PartialFingerprints) == 0 {
			t.Errorf("%+v", r)
		}
	}
	if bytes.Contains(data, []byte("</")) || bytes.Contains(data, []byte("\x1b")) {
		t.Error("hostile text is raw")
	}
}
