package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// lines returns the lines of a joined error.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestErrorsHavePositions(t *testing.T) {
	t.Parallel()
	const good = "assert: [{expr: 'true'}]\n"
	tests := []struct {
		name string
		text string // the header stands before it, so it starts at line 4
		want []string
	}{
		{"unknown_key", "sevrity: x\n" + good, []string{"checks/c.yaml:4:1: unknown key \"sevrity\" in a check"}},
		{"unknown_key_in_assert", "assert:\n  - expr: 'true'\n    massage: x\n", []string{"checks/c.yaml:6:5: unknown key \"massage\" in an assert; known are at, expr, message, message_expr; did you mean message?"}},
		{"double_key", good + "when: 'true'\nwhen: 'true'\n", []string{"checks/c.yaml:6:1: key \"when\" stands twice in a check"}},
		{"no_assert", "when: 'true'\n", []string{"checks/c.yaml:1:1: a check needs assert"}},
		{"yaml", "assert: [\n", []string{"checks/c.yaml:4: did not find expected node content"}},
		{"anchor", "when: &a 'true'\nwhy: *a\n" + good, []string{"checks/c.yaml:5:6: anchors are not supported in a check: write the value out"}},
		{"plain", "assert:\n  - expr: resource.versionning\n", []string{"checks/c.yaml:5:19: undefined field 'versionning'"}},
		{"plain_later", "assert:\n  - expr: true && resource.versionning\n", []string{"checks/c.yaml:5:27: undefined field 'versionning'"}},
		{"single_quoted", "assert:\n  - expr: 'resource.note != ''a'' && resource.x'\n", []string{"checks/c.yaml:5:46: undefined field 'x'"}},
		{"double_quoted", "assert:\n  - expr: \"resource.note != \\\"a\\\" && resource.x\"\n", []string{"checks/c.yaml:5:46: undefined field 'x'"}},
		{"double_quoted_unicode", "assert:\n  - expr: \"resource.note != '\\u00e9' && resource.x\"\n", []string{"checks/c.yaml:5:49: undefined field 'x'"}},
		{"literal_block", "assert:\n  - expr: |\n      resource.versioning &&\n        resource.x\n", []string{"checks/c.yaml:7:17: undefined field 'x'"}},
		{"literal_block_first_line", "assert:\n  - expr: |-\n      resource.x\n", []string{"checks/c.yaml:6:15: undefined field 'x'"}},
		{"folded_block", "assert:\n  - expr: >-\n      resource.versioning &&\n      resource.x\n", []string{"checks/c.yaml:7:15: undefined field 'x'"}},
		{"folded_block_with_gap", "assert:\n  - expr: >-\n      resource.versioning\n\n      && resource.x\n", []string{"checks/c.yaml:8:18: undefined field 'x'"}},
		{"plain_over_lines", "assert:\n  - expr: resource.versioning &&\n      resource.x\n", []string{"checks/c.yaml:6:15: undefined field 'x'"}},
		{"quoted_over_lines", "assert:\n  - expr: 'resource.versioning &&\n      resource.x'\n", []string{"checks/c.yaml:6:15: undefined field 'x'"}},
		{"flow_style", "assert: [{expr: 'resource.x'}]\n", []string{"checks/c.yaml:4:26: undefined field 'x'"}},
		{"wide_characters", "assert:\n  - expr: resource.note != 'ü…' && resource.x\n", []string{"checks/c.yaml:5:44: undefined field 'x'"}},
		{"syntax", "assert:\n  - expr: resource.versioning &&\n", []string{"checks/c.yaml:5:33: Syntax error: mismatched input '<EOF>'"}},
		{"not_bool", "assert:\n  - expr: resource.size\n", []string{"checks/c.yaml:5:11: the expression is of type int where bool is needed"}},
		{"wrong_operator", "assert:\n  - expr: resource.size == 'x'\n", []string{"checks/c.yaml:5:25: found no matching overload for '_==_' applied to '(int, string)'"}},
		{"regexp", "assert:\n  - expr: resource.note.matches('(')\n", []string{"checks/c.yaml:5:33: "}},
		{"dyn", "assert:\n  - expr: dyn(resource).x\n", []string{"checks/c.yaml:5:24: field \"x\" of a value whose type is not known"}},
		{"when", "when: resource.x\n" + good, []string{"checks/c.yaml:4:15: undefined field 'x'"}},
		{"let", "let: {a: resource.x}\n" + good, []string{"checks/c.yaml:4:18: undefined field 'x'"}},
		{"let_name", "let: {resource: 'true'}\n" + good, []string{"checks/c.yaml:4:7: name \"resource\" is taken"}},
		{"let_order", "let: {a: b, b: 'true'}\n" + good, []string{"checks/c.yaml:4:10: undeclared reference to 'b'"}},
		{"for_each_type", "for_each: {r: resource.size}\n" + good, []string{"checks/c.yaml:4:15: for_each needs a list, not int"}},
		{"for_each_field", "for_each: {r: resource.rules}\nassert: [{expr: r.prot == 1}]\n", []string{"checks/c.yaml:5:18: undefined field 'prot'"}},
		{"message_placeholder", "message: 'a {resource.nam} b'\n" + good, []string{"checks/c.yaml:4:14: in {resource.nam}: undefined field 'nam'"}},
		{"message_brace", "message: 'a {resource.name'\n" + good, []string{"checks/c.yaml:4:13: a brace without its pair"}},
		{"message_expr", "message_expr: resource.size\n" + good, []string{"checks/c.yaml:4:15: the expression is of type int where string is needed"}},
		{"both_messages", "message: a\nmessage_expr: '\"b\"'\n" + good, []string{"checks/c.yaml:5:15: message and message_expr exclude each other"}},
		{"at", "assert: [{expr: 'true', at: size(resource.rules)}]\n", []string{"checks/c.yaml:4:29: at needs a path"}},
		{"collect", "collect: {t: aws_cloudtrial}\n" + good, []string{"checks/c.yaml:4:14: resource type \"aws_cloudtrial\" is not known; did you mean aws_cloudtrail?"}},
		{"param_type", "params: {p: {type: port, default: 1}}\n" + good, []string{"checks/c.yaml:4:20: params.p: type \"port\" is none of"}},
		{"param_default", "params: {p: {type: int, default: x}}\n" + good, []string{"checks/c.yaml:4:34: params.p: default is not of type int"}},
		{"param_unknown", "assert: [{expr: params.q == 1}]\n", []string{"checks/c.yaml:4:23: undefined field 'q'"}},
		{"row_param", "params: {p: {type: int, default: 1}}\nrows: [{id: a, params: {q: 1}}]\n" + good, []string{"checks/c.yaml:5:25: there is no parameter \"q\"; did you mean p?"}},
		{"row_value", "params: {p: {type: int, default: 1}}\nrows: [{id: a, params: {p: x}}]\n" + good, []string{"checks/c.yaml:5:28: params.p is not of type int"}},
		{"row_twice", "rows: [{id: a}, {id: a}]\n" + good, []string{"checks/c.yaml:4:22: id \"c-a\" is taken by checks/c.yaml:4:13"}},
		{"row_without_id", "rows: [{title: a}]\n" + good, []string{"checks/c.yaml:4:8: a row needs id"}},
		{"alias_of_itself", "aliases: [c]\n" + good, []string{"checks/c.yaml:4:11: id \"c\" is taken by checks/c.yaml:1:8"}},
		{"supersedes_nothing", "supersedes: [c, d-a, e]\n" + good, []string{
			`checks/c.yaml:4:14: a check does not supersede itself`, `checks/c.yaml:4:17: check "d-a", which it supersedes, is not known`, `checks/c.yaml:4:22: check "e"`}},
		{"supersedes_own_rows", "rows: [{id: a}]\nsupersedes: [c-a]\n" + good, []string{"checks/c.yaml:5:14: a check does not supersede itself"}},
		{"severity", "rows: [{id: a, severity: bad}]\n" + good, []string{"checks/c.yaml:4:26: severity \"bad\" is none of"}},
		{"two_problems", "when: resource.x\nassert: [{expr: resource.y}]\n", []string{"checks/c.yaml:4:15: undefined field 'x'", "checks/c.yaml:5:25: undefined field 'y'"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := compile(t, map[string]string{"c": header + tt.text}, policy.Options{})
			got := lines(err)
			if len(got) < len(tt.want) {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			for i, w := range tt.want {
				if !strings.HasPrefix(got[i], w) {
					t.Errorf("got  %q\nwant %q", got[i], w)
				}
			}
			if estate.CodeOf(err) != estate.CodeInvalid {
				t.Errorf("code %q, want invalid", estate.CodeOf(err))
			}
		})
	}
}

func TestAllProblemsOfAllFilesAreReported(t *testing.T) {
	t.Parallel()
	_, err := compile(t, map[string]string{
		"a": "assert: [{expr: resource.x}]\n", "b": "assert: [{expr: 'true'}]\n", "aws/c": "assert: [{expr: resource.y}]\n",
	}, policy.Options{})
	want := []string{"checks/a.yaml:4:25: undefined field 'x'", "checks/aws/c.yaml:4:25: undefined field 'y'"}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Error(diff)
	}
	var one *estate.Error
	if !errors.As(err, &one) || one.Code != estate.CodeInvalid {
		t.Errorf("%v is no *estate.Error", err)
	}
}

func TestIdsAreUniqueAcrossSources(t *testing.T) {
	t.Parallel()
	first, err := policy.Load(files(map[string]string{"aws/a": "assert: [{expr: 'true'}]\n"}), "checks")
	if err != nil {
		t.Fatal(err)
	}
	second, err := policy.Parse("mine/b.yaml", "mine-b", []byte(header+"aliases: [aws-a]\nassert: [{expr: 'true'}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = policy.Compile(testSet(t), append(first, second), policy.Options{})
	want := []string{`mine/b.yaml:4:11: id "aws-a" is taken by checks/aws/a.yaml:1:8`}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadReadsOnlyChecks(t *testing.T) {
	t.Parallel()
	fsys := files(map[string]string{"aws/s3/logging": "assert: [{expr: 'true'}]\n"})
	fsys["checks/aws/s3/logging.test.yaml"] = fsys["checks/aws/s3/logging.yaml"]
	fsys["checks/README.md"] = fsys["checks/aws/s3/logging.yaml"]
	sources, err := policy.Load(fsys, "checks")
	if err != nil || len(sources) != 1 || sources[0].ID != "aws-s3-logging" || sources[0].Path != "checks/aws/s3/logging.yaml" {
		t.Errorf("got %v, %v", sources, err)
	}
	if _, err := policy.Load(fsys, "nowhere"); estate.CodeOf(err) != estate.CodeNotFound {
		t.Errorf("got %v, want not_found", err)
	}
	fsys["checks/Bad Name.yaml"] = fsys["checks/aws/s3/logging.yaml"]
	if _, err := policy.Load(fsys, "checks"); err == nil || !strings.HasPrefix(err.Error(), "checks/Bad Name.yaml: the path makes the id") {
		t.Errorf("got %v", err)
	}
}

func TestLoadFromShowsTheNameThatTheReaderKnows(t *testing.T) {
	t.Parallel()
	fsys := files(map[string]string{"mine/x": "assert: [{expr: 1}]\n", "y": "sevrity: x\n"})
	_, err := policy.LoadFrom(fsys, "checks", "/home/me/checks")
	if err == nil || !strings.HasPrefix(err.Error(), "/home/me/checks/y.yaml:1:1: a check needs assert") {
		t.Errorf("got %v", err)
	}
	delete(fsys, "checks/y.yaml")
	sources, err := policy.LoadFrom(fsys, "checks", "/home/me/checks")
	if err != nil || sources[0].Path != "checks/mine/x.yaml" || sources[0].ID != "mine-x" {
		t.Fatalf("got %v %v", sources, err)
	}
	_, err = policy.Compile(testSet(t), sources, policy.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "/home/me/checks/mine/x.yaml:4:17: ") {
		t.Errorf("got %v", err)
	}
	if _, err := policy.LoadFrom(fsys, "nowhere", "/home/me/nowhere"); !strings.Contains(err.Error(), `"/home/me/nowhere"`) {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "assert: [{expr: 'true', message: '{resource.name}'}]\nrows: [{id: a, params: {p: 1}}]\nparams: {p: {type: int, default: 1}}\n"))
	f.Add([]byte(header + "assert:\n  - expr: >-\n      resource.x\n\n      && y\n"))
	f.Add([]byte("{a: &x [*x]}\n---\nb"))
	f.Add([]byte("assert: [{expr: \"a\\u00e9 &&\n  b\"}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := policy.Parse("c.yaml", "c", data)
		if err != nil {
			return
		}
		if _, err := policy.Compile(testSet(t), []policy.Source{s}, policy.Options{}); err != nil && !strings.HasPrefix(err.Error(), "c.yaml:") {
			t.Errorf("no position: %v", err)
		}
	})
}
