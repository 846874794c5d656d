package policytest_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
)

type group struct {
	Ingress []rule     `json:"ingress"`
	Shared  estate.Tri `json:"shared"`
}

type rule struct {
	Port  int      `json:"port"`
	CIDRs []string `json:"cidrs"`
}

type account struct {
	Root bool `json:"root"`
}

func testSet(t *testing.T) *schema.Set {
	t.Helper()
	set := schema.NewSet()
	for name, config := range map[string]reflect.Type{"aws_security_group": reflect.TypeFor[group](), "aws_account": reflect.TypeFor[account]()} {
		if err := set.AddConfig(name, config); err != nil {
			t.Fatal(err)
		}
	}
	if err := set.AddFacet("encryption", reflect.TypeFor[facet.Encryption]()); err != nil {
		t.Fatal(err)
	}
	return set
}

const portCheck = `title: No group opens port {port}
severity: high
type: aws_security_group
params: {port: {type: int, default: 22}}
rows:
  - {id: ssh}
  - {id: rdp, params: {port: 3389}}
for_each: {rule: resource.ingress}
assert:
  - expr: rule.port != params.port || !('0.0.0.0/0' in rule.cidrs)
    message: 'port {params.port} of {resource.name} is open'
    at: rule.cidrs
`

const portCases = `
- name: closed
  row: ssh
  resource: {ingress: [{port: 22, cidrs: [10.0.0.0/8]}]}
  want: pass
- name: open
  row: ssh
  resource: {name: web, tags: {a: b}, ingress: [{port: 443}, {port: 22, cidrs: [0.0.0.0/0]}]}
  want: fail
  message: port 22 of web
  elements: ['ingress[1].cidrs']
- name: other-port
  row: rdp
  resource: {ingress: [{port: 22, cidrs: [0.0.0.0/0]}]}
  want: pass
- name: changed-port
  row: rdp
  params: {port: 22}
  resource: {ingress: [{port: 22, cidrs: [0.0.0.0/0]}]}
  want: fail
- name: unreadable
  row: ssh
  resource: {ingress: [{port: 22}]}
  unknown: [{path: 'ingress[0].cidrs', permission: ec2:DescribeSecurityGroups}]
  want: unknown
  message: needs ec2:DescribeSecurityGroups
`

func run(t *testing.T, files map[string]string) policytest.Report {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys["checks/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	report, err := policytest.Run(fsys, "checks", testSet(t))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func texts(list []policytest.Failure) (out []string) {
	for _, f := range list {
		out = append(out, f.String())
	}
	return out
}

func TestGoodCasesPass(t *testing.T) {
	t.Parallel()
	report := run(t, map[string]string{"aws/ports.yaml": portCheck, "aws/ports.test.yaml": portCases})
	if !report.OK() || report.Checks != 2 || report.Cases != 5 {
		t.Errorf("got %+v", report)
	}
}

func TestFacetContextAndCollections(t *testing.T) {
	t.Parallel()
	report := run(t, map[string]string{
		"any/rest.yaml": "title: t\nseverity: low\nfacet: encryption\nwhen: resource.context.environment == 'production'\n" +
			"assert: [{expr: resource.encryption.at_rest && resource.age_days < 10}]\n",
		"any/rest.test.yaml": `
- {name: good, resource: {created: -3d}, context: {environment: production}, facets: {encryption: {at_rest: true}}, want: pass}
- {name: old, resource: {created: -30d}, context: {environment: production}, facets: {encryption: {at_rest: true}}, want: fail}
- {name: dated, now: 2026-06-01, resource: {created: 2026-05-30}, context: {environment: production}, facets: {encryption: {at_rest: true}}, want: pass}
- {name: elsewhere, facets: {encryption: {at_rest: false}}, want: not_applicable}
- {name: undecided, resource: {created: -3d}, context: {environment: production}, facets: {encryption: {at_rest: null}}, want: unknown}
`,
		"aws/account.yaml": "title: t\nseverity: low\nscope: account\ncollect: {groups: aws_security_group}\n" +
			"assert: [{expr: 'groups.exists(g, g.name == \"base\")'}]\n",
		"aws/account.test.yaml": `
- {name: there, collections: {aws_security_group: [{name: base}]}, want: pass}
- {name: absent, collections: {aws_security_group: [{name: other}]}, want: fail}
- {name: unread, collections: {aws_security_group: {resources: [{name: other}], complete: false}}, want: unknown}
- {name: found-in-part, collections: {aws_security_group: {resources: [{name: base}], complete: false}}, want: pass}
`,
	})
	if !report.OK() {
		t.Errorf("failures %q, gaps %q", texts(report.Failures), texts(report.Gaps))
	}
}

func TestWhatIsWrongHasAPlace(t *testing.T) {
	t.Parallel()
	const where = "checks/aws/ports.test.yaml:"
	tests := []struct {
		name, cases string
		want        []string
	}{
		{"verdict", "- {name: a, row: ssh, resource: {ingress: []}, want: fail}\n", []string{where + "1: aws-ports-ssh: a: is pass, want fail"}},
		{"message", "\n- {name: a, row: ssh, resource: {ingress: [{port: 22, cidrs: [0.0.0.0/0]}]}, want: fail, message: nope}\n", []string{where + `2: aws-ports-ssh: a: no message contains "nope": port 22 of test is open`}},
		{"elements", "- {name: a, row: ssh, resource: {ingress: [{port: 22, cidrs: [0.0.0.0/0]}]}, want: fail, elements: []}\n- {name: b, row: ssh, resource: {ingress: [{port: 22, cidrs: [0.0.0.0/0]}]}, want: fail, elements: ['x']}\n",
			[]string{where + `1: aws-ports-ssh: a: failing elements are ["ingress[0].cidrs"], want []`, where + `2: aws-ports-ssh: b: failing elements are ["ingress[0].cidrs"], want ["x"]`}},
		{"field", "- name: a\n  row: ssh\n  resource:\n    ingres: []\n  want: pass\n", []string{where + `4: aws-ports: a: aws_security_group has no field "ingres"`}},
		{"nested_field", "- name: a\n  row: ssh\n  resource:\n    ingress:\n      - prot: 1\n  want: pass\n", []string{where + `5: aws-ports: a: aws_security_group.ingress[] has no field "prot"`}},
		{"type", "- {name: a, row: ssh, resource: {ingress: [{port: x}]}, want: pass}\n", []string{where + "1: aws-ports: a: aws_security_group.ingress[].port must be of type int"}},
		{"key", "- {name: a, row: ssh, wants: pass, want: pass}\n", []string{where + `1: aws-ports: unknown key "wants" in a case`}},
		{"want", "- {name: a, row: ssh, want: passes}\n", []string{where + `1: aws-ports: a: want "passes" is none of`}},
		{"row", "- {name: a, want: pass}\n", []string{where + `1: aws-ports: a: row "" is none of aws-ports-ssh, aws-ports-rdp`}},
		{"param", "- {name: a, row: ssh, params: {prot: 1}, want: pass}\n", []string{where + `1: aws-ports-ssh: a: checks/aws/ports.test.yaml:1: check "aws-ports-ssh" has no parameter "prot"`}},
		{"time", "- {name: a, row: ssh, resource: {created: soon}, want: pass}\n", []string{where + `1: aws-ports: a: "soon" is no time`}},
		{"same_name", "- {name: a, row: ssh, want: pass}\n- {name: a, row: ssh, want: pass}\n", []string{where + "2: aws-ports: a: two cases have this name"}},
		{"yaml", "- {name: a\n", []string{where + "1: aws-ports: line 1: did not find expected"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := run(t, map[string]string{"aws/ports.yaml": portCheck, "aws/ports.test.yaml": tt.cases})
			got := texts(report.Failures)
			if len(got) < len(tt.want) {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			for i, w := range tt.want {
				if !strings.HasPrefix(got[i], w) {
					t.Errorf("got  %q\nwant %q", got[i], w)
				}
			}
		})
	}
}

func TestGapsAreReported(t *testing.T) {
	t.Parallel()
	const check = "title: t\nseverity: low\ntype: aws_security_group\nassert:\n  - expr: resource.shared\n  - expr: size(resource.ingress) < 3\n"
	report := run(t, map[string]string{
		"a.yaml": check, "a.test.yaml": "- {name: x, resource: {shared: false}, want: fail}\n",
		"b.yaml":      check,
		"c.test.yaml": "[]\n",
		"d.yaml":      check, "d.test.yaml": "- {name: x, resource: {shared: true}, want: pass}\n- {name: y, resource: {shared: false}, want: fail}\n" +
			"- {name: z, resource: {shared: true, ingress: [{}, {}, {}]}, want: fail}\n- no_unknown: always known\n",
		"e.yaml": check + "deprecated: use d\n",
	})
	want := []string{
		"checks/a.yaml:1: a: has no case that is pass",
		"checks/a.yaml:1: a: has no case that is unknown; mark an attribute unknown, or say no_unknown: reason",
		"checks/a.yaml:6: a: assert 2 never fails in any case",
		"checks/b.yaml:1: b: has no cases: write checks/b.test.yaml",
	}
	if diff := cmp.Diff(want, texts(report.Gaps)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"checks/c.test.yaml:1: : there is no check beside these cases"}, texts(report.Failures)); diff != "" {
		t.Error(diff)
	}
}
