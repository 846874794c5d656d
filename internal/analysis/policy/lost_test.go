package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// TestLostRegions judges an account's resource in eu-west-1 where regions of a
// collection were lost: d is denied, o was left out by the user.
func TestLostRegions(t *testing.T) {
	t.Parallel()
	const here, there = "eu-west-1", "us-east-1"
	lost := func(reason estate.Reason, region string) policy.Lost {
		return policy.Lost{Region: region, Why: estate.Unknown{Path: "aws_cloudtrail in " + region, Reason: reason}}
	}
	denied := func(region string) policy.Lost { return lost(estate.Denied, region) }
	leftOut := func(region string) policy.Lost { return lost(estate.Uncollected, region) }
	const near = "trails.exists(t, t.region == resource.region && t.logging)"
	tests := []struct {
		name, expr string
		region     string // of the resource
		lost       []policy.Lost
		want       estate.Status
		regions    string // that make it unknown
	}{
		{"other_region", near, here, []policy.Lost{denied(there)}, estate.Fail, ""},
		{"own_region", near, here, []policy.Lost{denied(here)}, estate.UnknownStatus, here},
		{"own_region_of_two", near, here, []policy.Lost{denied(there), denied(here)}, estate.UnknownStatus, here},
		{"region_not_known", near, here, []policy.Lost{denied(there), denied("")}, estate.UnknownStatus, ""},
		{"negated", "!(" + near + ")", here, []policy.Lost{denied(there)}, estate.Pass, ""},
		{"filter", "trails.filter(t, t.logging && resource.region == t.region).size() == 0", here, []policy.Lost{denied(there)}, estate.Pass, ""},
		{"filter_own", "trails.filter(t, resource.region == t.region).size() == 0", here, []policy.Lost{denied(here)}, estate.UnknownStatus, here},
		{"exists_one", "trails.exists_one(t, t.region == 'eu-west-1')", here, []policy.Lost{denied(there)}, estate.Pass, ""},
		{"literal", "trails.exists(t, t.region == 'us-east-1')", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"either_region", "trails.exists(t, (t.region == 'us-east-1' || t.region == 'eu-west-1') && t.logging)", here, []policy.Lost{denied("us-west-2")}, estate.Fail, ""},
		{"either_way", "trails.exists(t, t.region == 'eu-west-1' && t.logging || t.multi_region)", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"either_text", "trails.exists(t, (t.region == 'eu-west-1' || t.name == '0') && t.logging)", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"global_may_be_read_anywhere", near, "global", []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"no_region_asked", "trails.exists(t, t.logging)", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"not_equal_is_not_asked", "trails.exists(t, t.region != resource.region)", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"all", "trails.all(t, t.region != resource.region || !t.logging)", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"all_settled", "trails.all(t, t.logging)", here, []policy.Lost{denied(there)}, estate.Fail, ""},
		{"size", "trails.size() == 1", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"size_own", "trails.size() == 1", here, []policy.Lost{denied(there), denied(here)}, estate.UnknownStatus, here + " " + there},
		{"index_of_what_is_lost", "trails[1].logging", here, []policy.Lost{denied(there)}, estate.UnknownStatus, there},
		{"left_out", "trails.size() == 1", here, []policy.Lost{leftOut(there)}, estate.Pass, ""},
		{"left_out_here", "trails.size() == 1", here, []policy.Lost{leftOut(there), leftOut(here)}, estate.UnknownStatus, here},
		{"left_out_of_what_has_no_region", "trails.size() == 1", "global", []policy.Lost{leftOut(there)}, estate.UnknownStatus, there},
		{"left_out_and_denied", "trails.size() == 1", here, []policy.Lost{leftOut(there), denied("us-west-2")}, estate.UnknownStatus, "us-west-2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lib := mustCompile(t, map[string]string{"c": "title: t\nseverity: low\nscope: account\ncollect: {trails: aws_cloudtrail}\nassert:\n  - expr: |\n      " + tt.expr + "\n"}, policy.Options{})
			line := resource(t, `{}`, func(r *estate.Resource) { r.Type, r.Region = "aws_account", tt.region })
			cols := policy.Collections{"aws_cloudtrail": {Resources: trails(t, `{"logging":false}`), Lost: tt.lost}}
			f := evaluate(t, lib, line, nil, cols)[0]
			if f.Status != tt.want {
				t.Errorf("got %s (%s), want %s", f.Status, f.Message, tt.want)
			}
			var regions []string
			for _, u := range f.Unknown {
				_, region, _ := strings.Cut(u.Path, " in ")
				regions = append(regions, region)
			}
			slices.Sort(regions)
			if got := strings.TrimSpace(strings.Join(regions, " ")); tt.name != "region_not_known" && got != tt.regions {
				t.Errorf("unknown because of %q, want %q", got, tt.regions)
			}
		})
	}
}
