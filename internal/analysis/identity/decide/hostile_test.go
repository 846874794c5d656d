package decide_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// hostile builds policies that are as large and as tangled as Parse lets through.
func hostile() map[string]string {
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, format, i, i, i)
		}
		return b.String()
	}
	wrap := func(statements string) string { return `{"Version":"2012-10-17","Statement":[` + statements + `]}` }
	return map[string]string{
		"many-open-allows":  wrap(repeat(3000, `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"k%d":"%d"},"StringLike":{"l%d":"x"}}}`)),
		"many-open-denies":  wrap(`{"Effect":"Allow","Action":"*","Resource":"*"},` + repeat(3000, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"k%d":"%d"},"StringLike":{"l%d":"x"}}}`)),
		"wide-statement":    wrap(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{` + repeat(9000, `"k%d":["%d","%d"]`) + `}}}`),
		"overlapping":       wrap(repeat(2000, `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"%d"},"StringNotEquals":{"a":"%d"},"StringLike":{"b":"%d*"}}}`)),
		"open-variables":    wrap(`{"Effect":"Allow","Action":"*","NotResource":[` + repeat(9000, `"arn:aws:s3:::${k%d}/${l%d}/${m%d}"`) + `]}`),
		"stars":             wrap(`{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::` + strings.Repeat("*a", 100_000) + `b"]}`),
		"star-condition":    wrap(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"known":["` + strings.Repeat("*a", 100_000) + `b"]}}}`),
		"unknown-operators": wrap(repeat(3000, `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Odd%d":{"k%d":"%d"}}}`)),
		"numbers":           wrap(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"known":["` + strings.Repeat("9", 400_000) + `"]}}}`),
		"actions":           wrap(`{"Effect":"Allow","NotAction":[` + repeat(20_000, `"*a%d*b%d*c%d"`) + `],"Resource":"*"}`),
	}
}

func TestHostilePoliciesEnd(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := parsed(name, []byte(text))
			if source.Doc == nil {
				t.Fatal(source.Unknown.Detail)
			}
			p, _ := decide.ParsePrincipal("arn:aws:iam::111122223333:role/dev")
			r := decide.Resource{ARN: "arn:aws:s3:::" + strings.Repeat("a", 2000), Account: "111122223333"}
			request := decide.Request{Principal: p, Action: "s3:GetObject", Resource: r, Context: decide.Known(&p, &r, "s3:GetObject")}
			request.Context.Set("known", strings.Repeat("a", 5000))
			d := decide.Decide(request, decide.Layers{Identity: []decide.Source{source}, SCPs: [][]decide.Source{{source, fullAccess()}}})
			if problems := disagreements(&d); len(problems) > 0 {
				t.Errorf("%v\n%.1000s", problems, traceText(&d))
			}
			if len(d.Residue.String()) > 1<<20 || len(d.Unknown) > 2000 {
				t.Errorf("residue of %d bytes, %d unknowns", len(d.Residue.String()), len(d.Unknown))
			}
		})
	}
}
