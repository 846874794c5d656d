package policy_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// TestUndecidedContext shows that what the mapping could not decide for want of tags makes
// verdicts that ask for it unknown, and no others.
func TestUndecidedContext(t *testing.T) {
	t.Parallel()
	denied := estate.Unknown{Path: "tags", Reason: estate.Denied, Permission: "s3:GetBucketTagging"}
	ctx := &estate.Context{Owner: "web", Undecided: map[string]estate.Unknown{"environment": denied}}
	for name, c := range map[string]struct {
		check string
		want  estate.Status
	}{
		"asked":       {"when: resource.context.environment == 'production'\nassert: [{expr: resource.versioning}]\n", estate.UnknownStatus},
		"settled":     {"when: resource.context.owner == 'ops' && resource.context.environment == 'production'\nassert: [{expr: resource.versioning}]\n", estate.NotApplicable},
		"other-field": {"assert: [{expr: resource.context.owner == 'web'}]\n", estate.Pass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lib := mustCompile(t, map[string]string{"c": c.check}, policy.Options{})
			f := evaluate(t, lib, resource(t, `{}`), ctx, nil)[0]
			if f.Status != c.want {
				t.Fatalf("%s, want %s", f.Status, c.want)
			}
			if f.Status == estate.UnknownStatus && (len(f.Unknown) != 1 || f.Unknown[0] != denied) {
				t.Errorf("unknown for %v, want %v", f.Unknown, denied)
			}
		})
	}
}
