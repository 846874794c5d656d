package compile_test

import (
	"fmt"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func parse(tb testing.TB, text string) *policydoc.Document {
	tb.Helper()
	doc, err := policydoc.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

// roleLayers are those of a role in an organisation: 30 identity statements in six
// policies, a boundary, SCPs on three levels, RCPs on two. They are those of
// BenchmarkDecide in package decide.
func roleLayers(tb testing.TB) decide.Layers {
	tb.Helper()
	var layers decide.Layers
	for _, service := range []string{"ec2", "sqs", "dynamodb", "lambda", "s3", "logs"} {
		text := `{"Version":"2012-10-17","Statement":[`
		for i := range 5 {
			text += fmt.Sprintf(`{"Effect":"Allow","Action":["%s:Get*","%s:List*","%s:Describe%d*"],"Resource":["arn:aws:%s:::app-%d/*","arn:aws:%s:*:111122223333:app-%d"],"Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}},`,
				service, service, service, i, service, i, service, i)
		}
		layers.Identity = append(layers.Identity, decide.Source{Name: service, Doc: parse(tb, text[:len(text)-1]+`]}`)})
	}
	layers.Boundary = &decide.Source{Name: "boundary", Doc: parse(tb, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteBucket*","Resource":"*"}]}`)}
	full := decide.Source{Name: "FullAWSAccess", Doc: parse(tb, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)}
	guard := decide.Source{Name: "guard", Doc: parse(tb, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["cloudtrail:Stop*","cloudtrail:Delete*"],"Resource":"*"},{"Effect":"Deny","NotAction":["iam:*","sts:*","s3:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}]}`)}
	layers.SCPs = [][]decide.Source{{full, guard}, {full}, {full, guard}}
	perimeter := decide.Source{Name: "perimeter", Doc: parse(tb, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}}`)}
	layers.RCPs = [][]decide.Source{{perimeter}, {}}
	return layers
}

// samples are requests of every outcome that take no memory.
func samples(tb testing.TB, c *compile.Compiler) map[string]*compile.Request {
	tb.Helper()
	layers := roleLayers(tb)
	p, _ := decide.ParsePrincipal("arn:aws:iam::111122223333:role/team/app")
	p.OrgID, p.Tags = "o-abc", map[string]string{"team": "blue"}
	bucket := parse(tb, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::app-4","arn:aws:s3:::app-4/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}]}`)
	plain := decide.Resource{ARN: "arn:aws:s3:::app-4/key", Account: "111122223333"}
	guarded := plain
	guarded.Policy = bucket
	caller, set := c.Caller(p), c.Set(layers)
	ask := func(action string, r decide.Resource) *compile.Request {
		return &compile.Request{Caller: caller, Set: set, Target: c.Target(action, r, layers.RCPs)}
	}
	return map[string]*compile.Request{
		"allow": ask("s3:GetObject", plain), "conditional": ask("s3:GetObject", guarded), "deny-implicit": ask("s3:PutObject", plain), "deny-explicit": ask("s3:DeleteBucket", plain),
	}
}

func TestDecisionsTakeNoMemory(t *testing.T) {
	c := compile.New(reference.Load())
	for want, request := range samples(t, c) {
		if got := c.Decide(request); got.String() != want {
			t.Errorf("%s, want %s", got, want)
		}
		if allocs := testing.AllocsPerRun(100, func() { c.Decide(request) }); allocs != 0 {
			t.Errorf("%s: %v allocations for each decision", want, allocs)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	c := compile.New(reference.Load())
	for name, request := range samples(b, c) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Decide(request)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
		})
	}
}
