package app

import (
	"os"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/paths"
)

// Priorities returns what turns findings of the checks into the short list, rated by the
// table.
func Priorities(checks []estate.Check, table *risk.Table, now time.Time) (*picture.Priorities, error) {
	rules, err := escalate.Load(paths.FS, ".")
	if err != nil {
		return nil, err
	}
	return &picture.Priorities{Table: table, Rules: rules, Checks: checks, Now: now}, nil
}

// RiskTable returns the numbers that scores are made with: those of a file of the user's,
// or the built-in ones for no name.
func RiskTable(file string) (*risk.Table, error) {
	if file == "" {
		return risk.Default()
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read the risk table", "%w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	return risk.Load(file, f)
}
