package csv_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	. "github.com/stance-sec/stance/internal/action/output/csv"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

func TestFormat(t *testing.T) {
	outputtest.Run(t, outputtest.Format{New: New, Extension: "csv", Check: func(t *testing.T, data []byte) {
		t.Helper()
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if trimmed := strings.TrimLeft(cell, " "); trimmed != "" && strings.ContainsRune("=+-@\t\r", rune(trimmed[0])) {
					t.Errorf("a spreadsheet takes %q for a formula", cell)
				}
			}
		}
		if bytes.ContainsAny(data, "\x1b\x00\x07") {
			t.Error("a terminal would obey it")
		}
	}})
}
