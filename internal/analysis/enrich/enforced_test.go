package enrich_test

import (
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/estate"
)

// TestEnforcedClosesReadingAndWriting gives everyone the right to write, and nobody the
// right to read, under a setting that refuses everyone, does not, or is not known.
func TestEnforcedClosesReadingAndWriting(t *testing.T) {
	t.Parallel()
	for enforced, want := range map[string]estate.Tri{"true": estate.No, "false": estate.Yes, "null": estate.Maybe} {
		line := `{"id":"x","type":"t","cloud":"gcp","account":"a","region":"r","name":"n","config":{},"facets":{"access_policy":{"documents":[],` +
			`"grants":[{"principal":"allUsers","anyone":true,"read":false,"write":true,"permission":"writer"}],` +
			`"policy_blocked":false,"list_blocked":false,"enforced":` + enforced + `}}}`
		c, err := enrich.NewObserver().Overlay(nil, time.Time{}).NewReader().Context([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if c.Public.Write != want || c.Public.Read != estate.No {
			t.Errorf("enforced %s: read %v, write %v, want no and %v (%q)", enforced, c.Public.Read, c.Public.Write, want, c.Public.Because)
		}
	}
}
