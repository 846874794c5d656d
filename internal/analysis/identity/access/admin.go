package access

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

// probes are actions that together only an administrator may do on anything; %s is the
// account. The first is the one by which anybody becomes an administrator.
var probes = [...]struct{ action, resource string }{
	{"iam:AttachRolePolicy", "arn:aws:iam::%s:role/" + anyName},
	{"iam:CreateUser", "arn:aws:iam::%s:user/" + anyName},
	{"ec2:RunInstances", "arn:aws:ec2:us-east-1:%s:instance/*"},
	{"lambda:CreateFunction", "arn:aws:lambda:us-east-1:%s:function:" + anyName},
	{"s3:PutAccountPublicAccessBlock", "*"},
	{"kms:CreateKey", "*"}, // a key that there is has a policy of its own
	{"cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:%s:trail/" + anyName},
}

// AdminQuestion asks for what makes anybody an administrator of the principal's account:
// who loses it is none, and gets no way back by other rights.
func AdminQuestion(p *Principal) Question { return probe(0, p) }

func probe(i int, p *Principal) Question {
	partition := "aws"
	if parts := strings.SplitN(p.ARN, ":", 3); len(parts) > 1 && parts[1] != "" {
		partition = parts[1]
	}
	fill := strings.NewReplacer("arn:aws:", "arn:"+partition+":", "%s", p.Account)
	q := Question{Action: probes[i].action, Resource: fill.Replace(probes[i].resource)}
	if i == 0 {
		q.Context = map[string][]string{"iam:PolicyARN": {fill.Replace("arn:aws:iam::aws:policy/AdministratorAccess")}}
	}
	return q
}

// Administers tells whether a principal may do everything in its account, all policies
// weighed: No as soon as one thing is denied, Maybe when one is not sure. The decision is
// that on AdminQuestion, or on what is not sure first; it is empty for No.
func (d *Directory) Administers(p *Principal) (estate.Tri, decide.Decision) {
	verdict, by := estate.Yes, decide.Decision{}
	for i := range probes {
		q := probe(i, p)
		if !d.Holds(p, q.Action) {
			return estate.No, decide.Decision{}
		}
		if quick := d.outcome(d.readyCaller(p), d.readyTarget(q.Action, q.Resource), settledBy(q.Context)); quick == decide.Allowed && i > 0 {
			continue
		} else if denied(quick) {
			return estate.No, decide.Decision{}
		}
		switch made := d.AskFor(p, q); {
		case denied(made.Outcome):
			return estate.No, decide.Decision{}
		case made.Outcome == decide.Allowed && i == 0:
			by = made
		case made.Outcome != decide.Allowed && verdict == estate.Yes:
			verdict, by = estate.Maybe, made
		}
	}
	return verdict, by
}

func denied(o decide.Outcome) bool {
	return o == decide.DeniedImplicitly || o == decide.DeniedExplicitly
}
