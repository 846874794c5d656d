package decide_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// parsed is a source as a collector would make it of hostile bytes.
func parsed(name string, raw []byte) decide.Source {
	doc, err := policydoc.Parse(raw)
	if err != nil {
		return decide.Source{Name: name, Unknown: &estate.Unknown{Path: name, Reason: estate.Malformed, Detail: err.Error()}}
	}
	return decide.Source{Name: name, Doc: doc}
}

func FuzzDecide(f *testing.F) {
	f.Add([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}`),
		[]byte(`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"NotAction":"s3:Get*","NotResource":"arn:aws:s3","Condition":{"Null":{"aws:TokenIssueTime":[]}}}]}`),
		"arn:aws:iam::111122223333:role/dev", "s3:GetObject", "arn:aws:s3:::b/x")
	f.Add([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","NotResource":"${x, 'a'}${$}${*}","Condition":{"ForAnyValue:DateLessThanIfExists":{"aws:currenttime":5}}}]}`),
		[]byte(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:sts::111122223333:assumed-role/dev/s","AIDA1"],"CanonicalUser":"x"},"Action":"sts:*"}]}`),
		"arn:aws:sts::111122223333:assumed-role/dev/s", "sts:AssumeRole", "arn:aws:iam::111122223333:role/dev")
	f.Add([]byte(`[`), []byte(``), "sns.amazonaws.com", "kms:Decrypt", "arn:aws:kms:::key/")
	f.Fuzz(func(t *testing.T, identity, resource []byte, who, action, arn string) {
		p, _ := decide.ParsePrincipal(who)
		r := decide.Resource{ARN: arn, OrgID: "o-1", Tags: map[string]string{"k": "*"}}
		own := parsed("own", resource)
		r.Policy, r.PolicyUnknown = own.Doc, own.Unknown
		source := parsed("identity", identity)
		layers := decide.Layers{Identity: []decide.Source{source}, SCPs: [][]decide.Source{{source}}, RCPs: [][]decide.Source{{own}}}
		for _, world := range []decide.World{decide.ClosedWorld, decide.OpenWorld} {
			request := decide.Request{Principal: p, Action: action, Resource: r, Context: decide.Known(&p, &r, action)}
			request.Context.SetWorld(world)
			d := decide.Decide(request, layers)
			if problems := disagreements(&d); len(problems) > 0 {
				t.Errorf("%v\n%s", problems, traceText(&d))
			}
			_ = traceText(&d) + d.Residue.String()
			if world == decide.ClosedWorld && d.Outcome == decide.Conditional && p.Kind == decide.User {
				t.Errorf("conditional although nothing is open: %s", d.Residue)
			}
		}
	})
}
