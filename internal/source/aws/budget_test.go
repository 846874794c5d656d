package aws

import "testing"

// TestSlowOperationsHaveTheirOwnBudget holds that an operation that AWS limits on its own
// takes nothing from its service, and the other way round.
func TestSlowOperationsHaveTheirOwnBudget(t *testing.T) {
	t.Parallel()
	for operation, want := range map[string]string{"LookupEvents": "CloudTrail LookupEvents", "DescribeTrails": "CloudTrail", "": "CloudTrail"} {
		if got := counted("CloudTrail", operation); got != want {
			t.Errorf("%q counts for %q", operation, got)
		}
	}
	if limit := NewBudgets(1).get("1", "eu-west-1", counted("CloudTrail", "LookupEvents")).full; limit > 2 {
		t.Errorf("events are looked up %v times in a second", limit)
	}
}
