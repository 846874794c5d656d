package sqlstore

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/dict"
	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/estate"
)

var train = flag.String("train", "", "write a new dictionary to this file; never over one that is in use")

// TestTrain makes a dictionary of the resources that the tests of all types want, and of
// findings on them, when it is asked to.
func TestTrain(t *testing.T) {
	if *train == "" {
		t.Skip("needs -train")
	}
	samples := samples(t)
	made, err := dict.BuildZstdDict(samples, dict.Options{MaxDictSize: 16 << 10, HashBytes: 6, ZstdDictID: dictionary, ZstdDictCompat: true, ZstdLevel: zstd.SpeedFastest})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*train, made, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d samples, %d bytes", len(samples), len(made))
}

func samples(t *testing.T) [][]byte {
	t.Helper()
	files, err := filepath.Glob("../../source/aws/*/testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	var list [][]byte
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, wanted, _ := bytes.Cut(raw, []byte("-- want.json --\n"))
		var resources []estate.Resource
		if err := json.NewDecoder(bytes.NewReader(wanted)).Decode(&resources); err != nil {
			continue
		}
		for _, r := range resources {
			line, err := json.Marshal(&r)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, line)
			f := estate.Finding{
				Key: estate.FindingKey("check", r.Ref(), ""), Check: "aws-s3-bucket-logging", Title: "Access logs are written", Status: estate.Fail, Severity: estate.Medium,
				Message: "It does not.", Resource: r.Ref(), Evidence: []estate.Evidence{{Path: "logging", Value: json.RawMessage("null")}}, Context: &estate.Context{Environment: "production", Owner: "payments", Criticality: "high"},
			}
			if line, err = json.Marshal(&f); err == nil {
				list = append(list, line)
			}
		}
	}
	return list
}
