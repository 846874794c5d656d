package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/collect"
)

// Usage remembers which scopes held nothing when they were last read, so that a quick
// scan can leave out regions that nobody uses.
type Usage struct {
	// Empty is when each scope was last seen empty, by its name.
	Empty map[string]time.Time `json:"empty"`
}

const (
	// usageHolds is how long an empty scope is believed to stay empty.
	usageHolds = 24 * time.Hour
	// usageParts is over how many hours the re-reading of empty scopes is spread.
	usageParts = 12
)

// ReadUsage reads the usage file; one that is not there, or that cannot be understood,
// remembers nothing.
func ReadUsage(file string) (*Usage, error) {
	u := &Usage{Empty: map[string]time.Time{}}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return u, nil
	}
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "read the usage map", "%w", err)
	}
	if json.Unmarshal(data, u) != nil || u.Empty == nil {
		return &Usage{Empty: map[string]time.Time{}}, nil
	}
	return u, nil
}

// Write replaces the usage file in one step.
func (u *Usage) Write(file string) error {
	data, err := json.Marshal(u)
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "write the usage map", "%w", err)
	}
	part := file + ".part"
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(part, data, 0o600), os.Rename(part, file)); err != nil {
		return estate.Errorf(estate.CodeIO, "write the usage map", "%w", err)
	}
	return nil
}

// Thin marks tasks as skipped whose scope was empty less than a day ago, but for those
// whose turn it is to be read again, so that every scope is read at least each half
// day. Types that keep names are always read. A skipped scope is a line of the ledger
// with the reason, never silence.
func (u *Usage) Thin(plan *collect.Plan, keep func(resourceType string) bool, now time.Time) {
	for i := range plan.Tasks {
		t := &plan.Tasks[i]
		if t.Skip != "" || t.Accounts != nil || t.Scope.Region == "global" || keep(t.Scope.Type) {
			continue
		}
		last, empty := u.Empty[t.Scope.String()]
		if empty && now.Sub(last) < usageHolds && !turn(t.Scope, now) {
			t.Skip = estate.Uncollected
			t.Detail = fmt.Sprintf("empty when it was read %s ago", now.Sub(last).Round(time.Minute))
		}
	}
}

// turn spreads scopes over hours.
func turn(s estate.Scope, now time.Time) bool {
	h := fnv.New32a()
	h.Write([]byte(s.String()))
	return int64(h.Sum32()%usageParts) == now.Unix()/3600%usageParts
}

// Learn takes in the ledger of a run.
func (u *Usage) Learn(coverage []estate.Coverage) {
	for _, c := range coverage {
		switch {
		case c.Status == estate.CoverageOK && c.Resources == 0:
			u.Empty[c.Scope.String()] = c.Read
		case c.Status != estate.CoverageSkipped:
			delete(u.Empty, c.Scope.String())
		}
	}
}
