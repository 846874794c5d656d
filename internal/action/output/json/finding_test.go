package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/json"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/estate"
)

// TestFindingBytes holds that findings are written as encoding/json would.
func TestFindingBytes(t *testing.T) {
	t.Parallel()
	r := outputtest.WithHostile()
	full := r.Findings[0]
	outputtest.Fill(&full)
	values := full
	values.Evidence = nil
	for _, value := range []string{"true", "null", "0", `{"a": [1, 2], "b": "<x>"}`, `"\u001b‮"`, "1.50"} {
		values.Evidence = append(values.Evidence, estate.Evidence{Path: "p", Value: stdjson.RawMessage(value)})
	}
	r.Findings = append(r.Findings, full, values)
	for _, f := range r.Findings {
		one := outputtest.Empty()
		one.Findings = []estate.Finding{f}
		want, err := stdjson.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := saved(t, one); !bytes.Contains(got, append(escape.JSON(want), '\n')) {
			t.Errorf("want %s\ngot %s", want, got)
		}
	}
}

// TestBrokenEvidence holds that a report never contains what is no JSON.
func TestBrokenEvidence(t *testing.T) {
	t.Parallel()
	r := outputtest.OneOfEach()
	r.Findings[0].Evidence = []estate.Evidence{{Path: "p", Value: stdjson.RawMessage(`{"a":`)}}
	var out bytes.Buffer
	if err := r.Play(json.New(&out)); estate.CodeOf(err) != estate.CodeInternal {
		t.Errorf("error %v", err)
	}
}
