package ocsf_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/ocsf"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

func TestFormat(t *testing.T) {
	outputtest.Run(t, outputtest.Format{New: ocsf.New, Extension: "jsonl", Check: check})
}

func check(t *testing.T, data []byte) {
	t.Helper()
	for line := range bytes.Lines(data) {
		var e map[string]any
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e["class_uid"] != 2003.0 || e["type_uid"] != 200301.0 {
			t.Errorf("class %v, type %v", e["class_uid"], e["type_uid"])
		}
		for _, required := range []string{"activity_id", "category_uid", "class_uid", "cloud", "compliance", "finding_info", "metadata", "severity_id", "time", "type_uid"} {
			if e[required] == nil {
				t.Errorf("no %s in %s", required, line)
			}
		}
		compliance := e["compliance"].(map[string]any)
		if id := compliance["status_id"]; id != 1.0 && id != 2.0 && id != 3.0 {
			t.Errorf("status_id %v", id)
		}
	}
	if bytes.Contains(data, []byte("</")) || bytes.Contains(data, []byte("\x1b")) {
		t.Error("hostile text is raw")
	}
}
