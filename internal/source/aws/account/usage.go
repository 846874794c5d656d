package account

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws/iam/credreport"
)

// rootUsage reads the root user's row of the credential report.
func (r reader) rootUsage() error {
	report, err := credreport.Read(r.ctx, r.session)
	if err != nil {
		return err
	}
	row, ok := report.Users[r.draft.ID]
	if !ok {
		return estate.Errorf(estate.CodeUnavailable, "read the credential report", "it has no row for the root user")
	}
	usage := RootUsage{PasswordLastUsed: row.PasswordUsed.Pointer()}
	if !report.Time.IsZero() {
		usage.AsOf = &report.Time
	}
	for _, k := range row.Keys {
		usage.KeyLastUsed = later(usage.KeyLastUsed, k.Used.Pointer())
	}
	usage.LastUsed = later(usage.PasswordLastUsed, usage.KeyLastUsed)
	r.into.Root.Usage = usage
	if row.PasswordUsed.Said == credreport.NotSupported {
		return estate.Errorf(estate.CodeUnsupported, "read the credential report", "it does not cover the root user's password")
	}
	return nil
}

// later returns the later of two times, either of which may be missing.
func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}
