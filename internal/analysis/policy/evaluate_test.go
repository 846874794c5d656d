package policy_test

import (
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

func TestThreeValuedLogic(t *testing.T) {
	t.Parallel()
	const config = `{"versioning":true,"encrypted":null,"size":5,"ratio":0.5,"logging":{"enabled":true,"target":"t"},
		"rules":[{"port":22,"cidrs":["10.0.0.0/8"]},{"port":443,"cidrs":["0.0.0.0/0","::/0"]}],"regions":["a","b","c"],"settings":{"k":"v","x.y":"z"}}`
	tests := []struct {
		name    string
		expr    string
		unknown []string
		want    estate.Status
	}{
		{"known", "resource.logging.enabled", nil, estate.Pass},
		{"known_false", "!resource.versioning", nil, estate.Fail},
		{"field", "resource.logging.enabled", []string{"logging"}, estate.UnknownStatus},
		{"negated", "!resource.logging.enabled", []string{"logging"}, estate.UnknownStatus},
		{"below", "resource.logging.target == 't'", []string{"logging.enabled"}, estate.Pass},
		{"true_or", "true || resource.logging.enabled", []string{"logging"}, estate.Pass},
		{"or_true", "resource.logging.enabled || true", []string{"logging"}, estate.Pass},
		{"false_and", "false && resource.logging.enabled", []string{"logging"}, estate.Fail},
		{"and_false", "resource.logging.enabled && false", []string{"logging"}, estate.Fail},
		{"and_true", "resource.logging.enabled && true", []string{"logging"}, estate.UnknownStatus},
		{"has", "has(resource.logging)", []string{"logging"}, estate.UnknownStatus},
		{"not_has", "!has(resource.logging)", []string{"logging"}, estate.UnknownStatus},
		{"has_parent", "has(resource.logging)", []string{"logging.target"}, estate.Pass},
		{"has_below", "has(resource.logging.target)", []string{"logging"}, estate.UnknownStatus},
		{"has_absent", "!has(resource.note)", nil, estate.Pass},
		{"has_absent_but_part_unknown", "has(resource.logging.depth)", []string{"logging.depth.level"}, estate.UnknownStatus},
		{"size", "size(resource.regions) == 3", []string{"regions"}, estate.UnknownStatus},
		{"in", "'a' in resource.regions", []string{"regions"}, estate.UnknownStatus},
		{"compare", "resource.size > 3", []string{"size"}, estate.UnknownStatus},
		{"equal", "resource.size == 5", []string{"size"}, estate.UnknownStatus},
		{"unequal", "resource.size != 6", []string{"size"}, estate.UnknownStatus},
		{"condition", "resource.versioning ? true : false", []string{"versioning"}, estate.UnknownStatus},
		{"exists_unknown_list", "resource.rules.exists(r, r.port == 22)", []string{"rules"}, estate.UnknownStatus},
		{"exists_other_element", "resource.rules.exists(r, r.port == 443)", []string{"rules[0]"}, estate.Pass},
		{"exists_unknown_element", "resource.rules.exists(r, r.port == 22)", []string{"rules[0]"}, estate.UnknownStatus},
		{"exists_none_but_unknown", "resource.rules.exists(r, r.port == 1)", []string{"rules[0].port"}, estate.UnknownStatus},
		{"all_false_wins", "resource.rules.all(r, r.port == 22)", []string{"rules[0]"}, estate.Fail},
		{"all_unknown", "resource.rules.all(r, r.port == 443)", []string{"rules[0]"}, estate.UnknownStatus},
		{"exists_one", "resource.rules.exists_one(r, r.port == 443)", []string{"rules[0]"}, estate.UnknownStatus},
		{"filter", "resource.rules.filter(r, r.port == 443).size() == 1", []string{"rules[0]"}, estate.UnknownStatus},
		{"map", "resource.rules.map(r, r.port) == [22, 443]", []string{"rules[1].port"}, estate.UnknownStatus},
		{"star", "resource.rules.all(r, size(r.cidrs) > 0)", []string{"rules[*].cidrs"}, estate.UnknownStatus},
		{"star_other_field", "resource.rules.all(r, r.port > 0)", []string{"rules[*].cidrs"}, estate.Pass},
		{"index", "resource.regions[0] == 'a'", []string{"regions[1]"}, estate.Pass},
		{"index_unknown", "resource.regions[1] == 'b'", []string{"regions[1]"}, estate.UnknownStatus},
		{"size_with_unknown_element", "size(resource.regions) == 3", []string{"regions[1]"}, estate.Pass},
		{"size_beyond", "size(resource.regions) == 3", []string{"regions[3]"}, estate.UnknownStatus},
		{"exists_beyond", "resource.regions.exists(r, r == 'a')", []string{"regions[3]"}, estate.Pass},
		{"all_beyond", "resource.regions.all(r, r != 'd')", []string{"regions[3]"}, estate.UnknownStatus},
		{"in_found", "'a' in resource.regions", []string{"regions[1]"}, estate.Pass},
		{"in_not_found", "'z' in resource.regions", []string{"regions[1]"}, estate.UnknownStatus},
		{"in_map_unknown_value", "'k' in resource.settings", []string{"settings.k"}, estate.Pass},
		{"map_value", "resource.settings['k'] == 'v'", []string{"settings.k"}, estate.UnknownStatus},
		{"map_other_value", "resource.settings['k'] == 'v'", []string{"settings[\"x.y\"]"}, estate.Pass},
		{"map_quoted_key", "resource.settings['x.y'] == 'z'", []string{"settings[\"x.y\"]"}, estate.UnknownStatus},
		{"in_map_unknown_key", "'other' in resource.settings", []string{"settings.other"}, estate.UnknownStatus},
		{"map_size_unknown_key", "size(resource.settings) == 2", []string{"settings.other"}, estate.UnknownStatus},
		{"map_size_unknown_value", "size(resource.settings) == 2", []string{"settings.k"}, estate.Pass},
		{"map_exists_key", "resource.settings.exists(k, k == 'k')", []string{"settings.other"}, estate.Pass},
		{"map_all_keys", "resource.settings.all(k, k != 'z')", []string{"settings.other"}, estate.UnknownStatus},
		{"object_equal", "resource.rules[0] == resource.rules[0]", []string{"rules[0].port"}, estate.UnknownStatus},
		{"object_unequal", "resource.rules[0] != resource.rules[1]", []string{"rules[0].port"}, estate.UnknownStatus},
		{"objects_equal", "resource.rules.filter(r, true) == resource.rules", []string{"rules[0].port"}, estate.UnknownStatus},
		{"made_list_equal", "[resource.rules[0]] != [resource.rules[1]]", []string{"rules[0].port"}, estate.UnknownStatus},
		{"object_in_made_list", "resource.rules[0] in [resource.rules[1]]", []string{"rules[0].port"}, estate.UnknownStatus},
		{"objects_known", "resource.rules.filter(r, true) == resource.rules && resource.rules[0] in resource.rules && resource.rules[0] != resource.rules[1]", nil, estate.Pass},
		{"list_equal", "resource.regions == ['a', 'b', 'c']", []string{"regions[1]"}, estate.UnknownStatus},
		{"list_equal_swapped", "['a', 'b', 'c'] == resource.regions", []string{"regions[1]"}, estate.UnknownStatus},
		{"list_unequal", "resource.regions != ['a', 'b', 'c']", []string{"regions[1]"}, estate.UnknownStatus},
		{"list_known", "resource.regions == ['a', 'b', 'c'] && resource.regions != ['a']", nil, estate.Pass},
		{"join", "resource.regions.join(',') == 'a,b,c'", []string{"regions[1]"}, estate.UnknownStatus},
		{"concat", "size(resource.regions + ['d']) == 4", []string{"regions[1]"}, estate.UnknownStatus},
		{"concat_known", "size(resource.regions + ['d']) == 4 && 'd' in (resource.regions + ['d'])", nil, estate.Pass},
		{"tri_null", "resource.encrypted", nil, estate.UnknownStatus},
		{"tri_null_has", "has(resource.encrypted)", nil, estate.UnknownStatus},
		{"whole_config", "resource.versioning", []string{""}, estate.UnknownStatus},
		{"whole_config_spares_header", "resource.name == 'b'", []string{""}, estate.Pass},
		{"header", "resource.tags == {}", []string{"tags"}, estate.UnknownStatus},
		{"facet_of_another_path", "resource.versioning", []string{"facets.encryption"}, estate.Pass},
		{"created_unknown", "resource.age_days > 5", nil, estate.UnknownStatus},
		{"nested_comprehension", "resource.rules.exists(r, r.cidrs.exists(c, c == '::/0'))", []string{"rules[0].cidrs", "rules[1].cidrs[0]"}, estate.Pass},
		{"nested_not_found", "resource.rules.exists(r, r.cidrs.exists(c, c == 'x'))", []string{"rules[1].cidrs[0]"}, estate.UnknownStatus},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := one(t, tt.expr, resource(t, config, unknown(tt.unknown...)))
			if f.Status != tt.want {
				t.Errorf("%s with %q unknown: got %s (%s), want %s", tt.expr, tt.unknown, f.Status, f.Message, tt.want)
			}
		})
	}
}

func TestAbsentReadsAsZero(t *testing.T) {
	t.Parallel()
	for _, config := range []string{`{}`, `{"note":null,"size":null,"logging":null,"rules":null,"regions":null,"settings":null,"rotated":null}`} {
		for _, expr := range []string{
			"resource.note == '' && resource.size == 0 && resource.ratio == 0.0 && !resource.versioning",
			"!resource.logging.enabled && resource.logging.target == '' && resource.logging.depth.level == 0",
			"size(resource.rules) == 0 && size(resource.settings) == 0 && size(resource.regions) == 0",
			"resource.rules.all(r, false) && !resource.regions.exists(r, true) && !('a' in resource.regions)",
			"resource.settings.all(k, false) && !('k' in resource.settings) && resource.settings == {}",
			"!has(resource.note) && !has(resource.logging) && !has(resource.logging.depth) && !has(resource.rules) && !has(resource.settings)",
			"resource.rotated == timestamp('0001-01-01T00:00:00Z') && !has(resource.rotated)",
			"resource.tags == {} && resource.relations == [] && resource.context.environment == ''",
			"resource.rules == [] && resource.rules + [] == [] && [] == resource.rules",
		} {
			if f := one(t, expr, resource(t, config)); f.Status != estate.Pass {
				t.Errorf("%s: got %s %s", expr, f.Status, f.Message)
			}
		}
	}
}

func TestHeaderFields(t *testing.T) {
	t.Parallel()
	created := testNow.AddDate(0, 0, -10).Add(-time.Hour)
	line := resource(t, `{"settings":{"k":"v"}}`, func(r *estate.Resource) {
		r.Created, r.Tags = &created, map[string]string{"owner": "x"}
		r.Relations = []estate.Relation{{Kind: estate.LogsTo, Target: "arn:log"}}
	})
	for _, expr := range []string{
		"resource.id == 'arn:aws:s3:::b' && resource.type == 'aws_s3_bucket' && resource.cloud == 'aws'",
		"resource.account == '111122223333' && resource.region == 'eu-west-1' && resource.name == 'b'",
		"resource.age_days == 10 && days_since(resource.created) == 10 && resource.created < now && has(resource.created) && has(resource.age_days)",
		"resource.tags['owner'] == 'x' && resource.tags.owner == 'x' && has(resource.tags.owner) && !has(resource.tags.other) && size(resource.tags) == 1",
		"resource.relations.exists(r, r.kind == 'logs-to' && r.target == 'arn:log')",
		"resource.tags.exists(k, k == 'owner' && resource.tags[k] == 'x') && resource.tags == {'owner': 'x'} && resource.tags != resource.settings",
		"resource.tags.map(k, k) == ['owner']",
		"now == timestamp('2026-11-22T12:00:00Z')",
	} {
		if f := one(t, expr, line); f.Status != estate.Pass {
			t.Errorf("%s: got %s %s", expr, f.Status, f.Message)
		}
	}
}
