package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// TestDecodePolicyAsJSON holds the decoder of policies against encoding/json.
func TestDecodePolicyAsJSON(t *testing.T) {
	t.Parallel()
	tests := []string{
		`{}`, `null`, `{"statements":null}`, `{"statements":[]}`, `{"statements":[null,{}]}`, `{"statements":{}}`, `{"statements":"x"}`, `[]`, `"x"`, `3`,
		`{"version":"2012-10-17","id":"i","statements":[{"sid":"s","effect":"Allow","principals":[{"kind":"AWS","id":"*"}],"not_principals":[{"kind":"Service","id":"a"},null],
		  "actions":["s3:*",null],"not_actions":["a"],"resources":["*"],"not_resources":[],"conditions":[{"operator":"Bool","key":"k","values":["true"]},null,{"values":null}],"extra":[1]}]}`,
		`{"version":3}`, `{"id":[]}`, `{"statements":[3]}`, `{"statements":[[]]}`, `{"statements":[{"effect":true}]}`, `{"statements":[{"actions":"s3:*"}]}`,
		`{"statements":[{"actions":[3]}]}`, `{"statements":[{"principals":"*"}]}`, `{"statements":[{"principals":["*"]}]}`, `{"statements":[{"conditions":[{"values":[false]}]}]}`,
		`{"statements":[{"conditions":{}}]}`, `{"statements":[{"sid":"é\u0000\"\\"}]}`,
	}
	for _, text := range tests {
		want := &policydoc.Document{Statements: []policydoc.Statement{}}
		wantErr := json.Unmarshal([]byte(text), want)
		got, err := policy.DecodePolicy([]byte(text))
		if (err != nil) != (wantErr != nil) {
			t.Errorf("%s: %v, and encoding/json says %v", text, err, wantErr)
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err == nil && diff != "" {
			t.Errorf("%s (-json +ours):\n%s", text, diff)
		}
	}
}
