package policy_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// TestTrust judges buckets whose note names an account, by a check that takes the
// accounts it knows in the parameter "accounts".
func TestTrust(t *testing.T) {
	t.Parallel()
	const (
		member, partner, stranger = "222233334444", "555566667777", "999988887777"
		known                     = "params: {accounts: {type: list, default: ['555566667777']}}\nassert: [{expr: resource.note in params.accounts}]\n"
		text                      = "params: {accounts: {type: string, default: '222233334444 and others'}}\nassert: [{expr: resource.note == params.accounts}]\n"
		other                     = "params: {strangers: {type: list, default: []}}\nassert: [{expr: '!(resource.note in params.strangers)'}]\n"
	)
	elsewhere := []policy.Override{{Check: "c", Account: "000000000000", Params: map[string]any{"accounts": []string{stranger}}}}
	here := []policy.Override{{Check: "c", Account: "111122223333", Params: map[string]any{"accounts": []string{stranger}}}}
	tests := []struct {
		name, check, note string
		trusted           []string
		overrides         []policy.Override
		want              estate.Status
	}{
		{"nobody_trusted", known, member, nil, nil, estate.Fail},
		{"own_account", known, member, []string{member}, nil, estate.Pass},
		{"named_account_stays", known, partner, []string{member}, nil, estate.Pass},
		{"stranger", known, stranger, []string{member}, nil, estate.Fail},
		{"part_of_an_account", known, member[:6], []string{member}, nil, estate.Fail},
		{"no_account", known, "", []string{member}, nil, estate.Fail},
		{"override_of_another_account", known, stranger, []string{member}, elsewhere, estate.Fail},
		{"override", known, stranger, []string{member}, here, estate.Pass},
		{"override_and_own_account", known, member, []string{member}, here, estate.Pass},
		{"override_replaces_the_default", known, partner, []string{member}, here, estate.Fail},
		{"parameter_that_is_text", text, member, []string{member}, nil, estate.Fail},
		{"parameter_of_another_name", other, member, []string{member}, nil, estate.Pass},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := mustCompile(t, map[string]string{"c": tt.check}, policy.Options{Overrides: tt.overrides}).NewEvaluator(testNow)
			e.Trust(tt.trusted, nil)
			for range 2 { // the second time from what is kept
				var got estate.Status
				line := resource(t, `{"note":"`+tt.note+`"}`)
				if _, err := e.Evaluate(line, nil, nil, func(f estate.Finding) error { got = f.Status; return nil }); err != nil {
					t.Fatal(err)
				}
				if got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
			}
		})
	}
}

// TestTrustStaysWithItsEvaluator judges by two evaluators of one library.
func TestTrustStaysWithItsEvaluator(t *testing.T) {
	t.Parallel()
	lib := mustCompile(t, map[string]string{"c": "params: {accounts: {type: list, default: []}}\nassert: [{expr: params.accounts.size() == 0}]\n"}, policy.Options{})
	trusting := lib.NewEvaluator(testNow)
	trusting.Trust([]string{"222233334444"}, nil)
	for e, want := range map[*policy.Evaluator]estate.Status{trusting: estate.Fail, lib.NewEvaluator(testNow): estate.Pass} {
		if _, err := e.Evaluate(resource(t, `{}`), nil, nil, func(f estate.Finding) error {
			if f.Status != want {
				t.Errorf("got %s, want %s", f.Status, want)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTrustOfAnOrganisationThatWasNotRead holds that a stranger is unknown where nobody
// read who is none, and that what is known stays.
func TestTrustOfAnOrganisationThatWasNotRead(t *testing.T) {
	t.Parallel()
	const check = "params: {accounts: {type: list, default: ['555566667777']}}\nassert: [{expr: resource.note in params.accounts}]\n"
	for note, want := range map[string]estate.Status{"555566667777": estate.Pass, "222233334444": estate.Pass, "999988887777": estate.UnknownStatus} {
		e := mustCompile(t, map[string]string{"c": check}, policy.Options{}).NewEvaluator(testNow)
		e.Trust([]string{"222233334444"}, func(_, account string) *estate.Unknown {
			return &estate.Unknown{Path: "accounts of " + account, Reason: estate.Denied, Permission: "organizations:ListAccounts"}
		})
		for range 2 {
			var got estate.Finding
			line := resource(t, `{"note":"`+note+`"}`)
			if _, err := e.Evaluate(line, nil, nil, func(f estate.Finding) error { got = f; return nil }); err != nil {
				t.Fatal(err)
			}
			if got.Status != want {
				t.Errorf("%s: got %s, want %s", note, got.Status, want)
			}
			if want == estate.UnknownStatus && (len(got.Unknown) != 1 || got.Unknown[0].Permission != "organizations:ListAccounts") {
				t.Errorf("%s: it does not name the permission: %v", note, got.Unknown)
			}
		}
	}
}
