package output_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// TestEveryReasonIsExplained walks the reasons of the report's schema.
func TestEveryReasonIsExplained(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../docs/reference/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs map[string]struct{ Enum []estate.Reason } `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	reasons := schema.Defs["reason"].Enum
	if len(reasons) < 8 {
		t.Fatalf("the schema has %d reasons", len(reasons))
	}
	for _, reason := range reasons {
		if e := output.Explain(reason); e.What == string(reason) || e.Next == "" || strings.HasSuffix(e.Next, ".") {
			t.Errorf("%s: %+v", reason, e)
		}
	}
}
