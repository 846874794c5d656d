package policy_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// guarded is a made-up type with rules and policies.
type guarded struct {
	Ingress []facet.Rule         `json:"ingress"`
	Policy  *policydoc.Document  `json:"policy"`
	Inline  []policydoc.Document `json:"inline"`
}

// ask judges a guarded resource with one expression.
func ask(t *testing.T, expr string, config guarded, change ...func(*estate.Resource)) estate.Finding {
	t.Helper()
	set := schema.NewSet()
	if err := set.AddConfig("aws_guarded", reflect.TypeFor[guarded]()); err != nil {
		t.Fatal(err)
	}
	source, err := policy.Parse("c.yaml", "c", []byte("title: t\nseverity: low\ntype: aws_guarded\nassert:\n  - expr: |\n      "+expr+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	lib, err := policy.Compile(set, []policy.Source{source}, policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	line := resource(t, string(text), append(change, func(r *estate.Resource) { r.Type = "aws_guarded" })...)
	return evaluate(t, lib, line, nil, nil)[0]
}

func doc(t *testing.T, text string) *policydoc.Document {
	t.Helper()
	d, err := policydoc.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func tcp(port int, cidrs ...string) facet.Rule {
	return facet.Rule{Action: "allow", Protocol: "tcp", FromPort: port, ToPort: port, CIDRs: cidrs}
}

func TestNetworkFunctions(t *testing.T) {
	t.Parallel()
	half := []facet.Rule{tcp(22, "0.0.0.0/1"), tcp(22, "128.0.0.0/1"), tcp(443, "10.0.0.0/8")}
	list := facet.Rule{Action: "allow", Protocol: "tcp", FromPort: 22, ToPort: 22, PrefixLists: []facet.PrefixList{{ID: "pl-1"}}}
	tests := []struct {
		name, expr string
		rules      []facet.Rule
		unknown    []string
		want       estate.Status
	}{
		{"halves", "resource.ingress.open_to_internet('tcp', 22)", half, nil, estate.Pass},
		{"other_port", "resource.ingress.open_to_internet('tcp', 443)", half, nil, estate.Fail},
		{"udp", "resource.ingress.open_to_internet('udp', 22)", half, nil, estate.Fail},
		{"no_rules", "resource.ingress.open_to_internet('tcp', 22)", nil, nil, estate.Fail},
		{"unknown_list", "resource.ingress.open_to_internet('tcp', 22)", half, []string{"ingress"}, estate.UnknownStatus},
		{"unknown_rule_may_deny", "resource.ingress.open_to_internet('tcp', 22)", half, []string{"ingress[2]"}, estate.UnknownStatus},
		{"one_unknown", "resource.ingress.open_to_internet('tcp', 22)", half, []string{"ingress[0].cidrs"}, estate.Pass},
		{"unknown_peers", "resource.ingress.open_to_internet('tcp', 443)", half, []string{"ingress[2].cidrs"}, estate.UnknownStatus},
		{"unknown_peers_of_another_port", "resource.ingress.open_to_internet('tcp', 80)", half, []string{"ingress[2].cidrs"}, estate.Fail},
		{"unknown_rule", "resource.ingress.open_to_internet('tcp', 80)", half, []string{"ingress[1]"}, estate.UnknownStatus},
		{"more_rules_may_follow", "resource.ingress.open_to_internet('tcp', 80)", half, []string{"ingress[9]"}, estate.UnknownStatus},
		{"unknown_port", "resource.ingress.open_to_internet('tcp', 80)", []facet.Rule{tcp(22, "0.0.0.0/0")}, []string{"ingress[0].to_port"}, estate.UnknownStatus},
		{"unknown_protocol", "resource.ingress.open_to_internet('udp', 22)", []facet.Rule{tcp(22, "0.0.0.0/0")}, []string{"ingress[0].protocol"}, estate.UnknownStatus},
		{"prefix_list", "resource.ingress.open_to_internet('tcp', 22)", []facet.Rule{list}, nil, estate.UnknownStatus},
		{"bad_port", "resource.ingress.open_to_internet('tcp', 70000)", half, nil, estate.UnknownStatus},
		{"filtered", "resource.ingress.filter(r, r.from_port == 22).open_to_internet('tcp', 22)", half, nil, estate.Pass},
		{"allows", "resource.ingress[0].allows('tcp', 22) && !resource.ingress[0].allows('tcp', 23) && !resource.ingress[0].allows('udp', 22)", half, nil, estate.Pass},
		{"allows_unknown", "resource.ingress[0].allows('tcp', 22)", half, []string{"ingress[0].protocol"}, estate.UnknownStatus},
		{"is_internet", "!resource.ingress[2].cidrs.is_internet() && resource.ingress[0].cidrs.is_internet()", half, nil, estate.Pass},
		{"is_internet_known_part", "(resource.ingress[0].cidrs).is_internet()", []facet.Rule{tcp(1, "0.0.0.0/1", "x")}, []string{"ingress[0].cidrs[1]"}, estate.Pass},
		{"is_internet_unknown_part", "(resource.ingress[0].cidrs).is_internet()", []facet.Rule{tcp(1, "10.0.0.0/8", "x")}, []string{"ingress[0].cidrs[1]"}, estate.UnknownStatus},
		{"is_internet_unreadable", "(resource.ingress[0].cidrs).is_internet()", []facet.Rule{tcp(1, "10.0.0.0/8", "x")}, nil, estate.UnknownStatus},
		{"literal", "['0.0.0.0/0'].is_internet() && ['0.0.0.0/0', '::/0'].internet_part() == '0.0.0.0/0, ::/0'", nil, nil, estate.Pass},
		{"ports", "resource.ingress.internet_ports('tcp') == '22'", half, nil, estate.Pass},
		{"no_ports", "resource.ingress.internet_ports('udp') == 'none'", half, nil, estate.Pass},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := ask(t, tt.expr, guarded{Ingress: tt.rules}, unknown(tt.unknown...))
			if f.Status != tt.want {
				t.Errorf("got %s (%s), want %s", f.Status, f.Message, tt.want)
			}
			if f.Status == estate.UnknownStatus && (len(f.Unknown) == 0 || !strings.HasPrefix(f.Unknown[0].Path, "ingress")) {
				t.Errorf("got %+v", f.Unknown)
			}
		})
	}
}

func TestRulesDecodeLikeJSON(t *testing.T) {
	t.Parallel()
	r := facet.Rule{
		Action: "allow", Priority: 3, Protocol: "tcp", FromPort: 1, ToPort: 2, CIDRs: []string{"0.0.0.0/0"}, Groups: []string{"g"},
		PrefixLists: []facet.PrefixList{{ID: "pl"}, {ID: "pe", CIDRs: []string{}}}, Description: "d",
	}
	if v := reflect.ValueOf(r); v.NumField() != 9 {
		t.Fatalf("facet.Rule has %d fields: decodeRule knows 9", v.NumField())
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	got, err := policy.DecodeRule(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, got); diff != "" {
		t.Error(diff)
	}
}

func TestPolicyFunctions(t *testing.T) {
	t.Parallel()
	statement := func(s string) *policydoc.Document {
		return doc(t, `{"Version":"2012-10-17","Statement":[`+s+`]}`)
	}
	public := statement(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`)
	maybe := statement(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"made:up":"x"}}}`)
	trust := statement(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"sts:AssumeRole"}`)
	admin := statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	wild := statement(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
	maybeWild := statement(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"made:up":"x"}}}`)
	allBut := statement(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)
	github := statement(`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`)
	tests := []struct {
		name, expr string
		policy     *policydoc.Document
		unknown    []string
		want       estate.Status
	}{
		{"public", "resource.policy.is_public() && resource.policy.public_actions() == ['s3:GetObject']", public, nil, estate.Pass},
		{"absent", "resource.policy.is_public()", nil, nil, estate.Fail},
		{"unknown", "resource.policy.is_public()", nil, []string{"policy"}, estate.UnknownStatus},
		{"partly_unknown", "resource.policy.is_public()", public, []string{"policy.statements[0].conditions"}, estate.UnknownStatus},
		{"undecided", "resource.policy.is_public()", maybe, nil, estate.UnknownStatus},
		{"external", "resource.policy.external_accounts(resource.account) == ['999988887777']", trust, nil, estate.Pass},
		{"no_external_id", "resource.policy.trusts_without_external_id(resource.account)", trust, nil, estate.Pass},
		{"own_account", "resource.policy.trusts_without_external_id('999988887777')", trust, nil, estate.Fail},
		{"admin", "resource.policy.is_admin() && !resource.policy.allows_all_but()", admin, nil, estate.Pass},
		{"not_admin", "resource.policy.is_admin()", wild, nil, estate.Fail},
		{"wildcards", "resource.policy.service_wildcards() == ['s3']", wild, nil, estate.Pass},
		{"wildcards_undecided", "size(resource.policy.service_wildcards()) == 0", maybeWild, nil, estate.UnknownStatus},
		{"all_but", "resource.policy.allows_all_but()", allBut, nil, estate.Pass},
		{"federation", "resource.policy.open_federation()", github, nil, estate.Pass},
		{"no_federation", "resource.policy.open_federation() || resource.policy.confused_deputy()", trust, nil, estate.Fail},
		{"in_list", "resource.inline.exists(d, d.is_admin())", admin, nil, estate.Pass},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			config := guarded{Policy: tt.policy}
			if tt.policy != nil {
				config.Inline = []policydoc.Document{*tt.policy}
			}
			f := ask(t, tt.expr, config, unknown(tt.unknown...))
			if f.Status != tt.want {
				t.Errorf("got %s (%s), want %s", f.Status, f.Message, tt.want)
			}
			if f.Status == estate.UnknownStatus && (len(f.Unknown) == 0 || !strings.HasPrefix(f.Unknown[0].Path, "policy")) {
				t.Errorf("got %+v", f.Unknown)
			}
		})
	}
}

func TestTextFunctions(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]estate.Status{
		"version_less('1.9', '1.10')":                                       estate.Pass,
		"version_less('v1.24.3-eks-1', '1.25')":                             estate.Pass,
		"version_less('8.0.mysql_aurora.3', '8.0.1')":                       estate.Pass,
		"version_less('1.10', '1.10')":                                      estate.Fail,
		"version_less('1.10.0', '1.10')":                                    estate.Fail,
		"version_less('2', '1.99')":                                         estate.Fail,
		"version_less('99999999999999999999', '100000000000000000000')":     estate.Pass,
		"version_less('latest', '1')":                                       estate.UnknownStatus,
		"arn_account('arn:aws:iam::111122223333:role/x') == '111122223333'": estate.Pass,
		"arn_account('arn:aws:s3:::b') == '' && arn_account('x:y') == ''":   estate.Pass,
		"days_since(timestamp('2026-11-12T11:00:00Z')) == 10":               estate.Pass,
		"days_since(timestamp('2026-11-23T11:00:00Z')) == -1":               estate.Pass,
		"'a-b'.split('-') == ['a', 'b'] && 'A'.lowerAscii() == 'a'":         estate.Pass,
		"sets.contains([1, 2], [1]) && math.greatest([1, 2]) == 2":          estate.Pass,
		"[3, 1].sort() == [1, 3] && [[1], [2]].flatten() == [1, 2]":         estate.Pass,
	} {
		if f := one(t, expr, resource(t, `{}`)); f.Status != want {
			t.Errorf("%s: got %s (%s), want %s", expr, f.Status, f.Message, want)
		}
	}
}

func TestFunctionsAreDescribed(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, f := range policy.Functions() {
		if f.Name == "" || f.Help == "" || !strings.Contains(f.Signature, f.Name) || seen[f.Name] {
			t.Errorf("got %+v", f)
		}
		seen[f.Name] = true
	}
	if len(seen) < 15 {
		t.Errorf("got %s", fmt.Sprint(seen))
	}
}
