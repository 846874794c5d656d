package decide_test

import (
	"fmt"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func mustParse(b *testing.B, text string) *policydoc.Document {
	b.Helper()
	doc, err := policydoc.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	return doc
}

// benchLayers are those of a role in an organisation: 30 identity statements in six
// policies, a boundary, SCPs on three levels, RCPs on two.
func benchLayers(b *testing.B) decide.Layers {
	b.Helper()
	var layers decide.Layers
	services := []string{"ec2", "sqs", "dynamodb", "lambda", "s3", "logs"}
	for _, service := range services {
		text := `{"Version":"2012-10-17","Statement":[`
		for i := range 5 {
			text += fmt.Sprintf(`{"Effect":"Allow","Action":["%s:Get*","%s:List*","%s:Describe%d*"],"Resource":["arn:aws:%s:::app-%d/*","arn:aws:%s:*:111122223333:app-%d"],"Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}},`,
				service, service, service, i, service, i, service, i)
		}
		text = text[:len(text)-1] + `]}`
		layers.Identity = append(layers.Identity, decide.Source{Name: service, Doc: mustParse(b, text)})
	}
	layers.Boundary = &decide.Source{Name: "boundary", Doc: mustParse(b, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"},{"Effect":"Deny","Action":"s3:DeleteBucket*","Resource":"*"}]}`)}
	full := decide.Source{Name: "FullAWSAccess", Doc: mustParse(b, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)}
	guard := decide.Source{Name: "guard", Doc: mustParse(b, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["cloudtrail:Stop*","cloudtrail:Delete*"],"Resource":"*"},{"Effect":"Deny","NotAction":["iam:*","sts:*","s3:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}]}`)}
	layers.SCPs = [][]decide.Source{{full, guard}, {full}, {full, guard}}
	perimeter := decide.Source{Name: "perimeter", Doc: mustParse(b, `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abc"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}}`)}
	layers.RCPs = [][]decide.Source{{perimeter}, {}}
	return layers
}

func BenchmarkDecide(b *testing.B) {
	layers := benchLayers(b)
	p, _ := decide.ParsePrincipal("arn:aws:iam::111122223333:role/team/app")
	p.OrgID, p.Tags = "o-abc", map[string]string{"team": "blue"}
	bucket := mustParse(b, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::app-4","arn:aws:s3:::app-4/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}]}`)
	plain := decide.Resource{ARN: "arn:aws:s3:::app-4/key", Account: "111122223333"}
	guarded := plain
	guarded.Policy = bucket
	cases := []struct {
		name, action string
		resource     decide.Resource
		want         decide.Outcome
	}{
		{"allow", "s3:GetObject", plain, decide.Allowed},
		{"conditional", "s3:GetObject", guarded, decide.Conditional},
		{"deny", "s3:PutObject", plain, decide.DeniedImplicitly},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			request := decide.Request{Principal: p, Action: c.action, Resource: c.resource, Context: decide.Known(&p, &c.resource, c.action), Reference: reference.Load()}
			steps := 0
			b.ReportAllocs()
			for b.Loop() {
				d := decide.Decide(request, layers)
				if d.Outcome != c.want {
					b.Fatalf("%s\n%s", d.Outcome, traceText(&d))
				}
				steps = len(d.Trace)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
			b.ReportMetric(float64(steps), "steps")
		})
	}
}
