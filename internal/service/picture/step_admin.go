package picture

import (
	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// rootOf is the node that stands for everything in an account.
func rootOf(account string) string { return "arn:aws:iam::" + account + ":root" }

// administers adds the step to the whole account when rights would let anyone do
// everything there: as is a principal, which may be arn's own self or what it can make
// of itself.
func (a *artist) administers(as *access.Principal, from string, p *access.Principal, kind, label string, evidence []estate.StepEvidence) estate.Tri {
	verdict, by := a.everything(as)
	if verdict == estate.No {
		return verdict
	}
	if evidence == nil {
		evidence = []estate.StepEvidence{{Resource: p.ARN, Text: "by " + by.By.Source}}
	}
	s := attack.Step{From: from, To: rootOf(p.Account), Kind: kind, Label: label, Evidence: evidence}
	s.Fixes = a.allowFixes(as, access.Question{Action: probes[0].action, Resource: filled(probes[0].resource, p.Account)})
	if kind == "administers" {
		a.account(p.Account)
		s.Label = a.name(p.ARN) + " may do everything in " + a.name(rootOf(p.Account))
	}
	if verdict == estate.Maybe {
		s.P = &perhaps
	}
	a.step(s)
	a.account(p.Account)
	return verdict
}

// account makes an account a target.
func (a *artist) account(id string) {
	privilege := "account-admin"
	if _, management := a.directory.OrgPlace(id); management {
		privilege = "organization-admin"
	}
	root := rootOf(id)
	a.refs[root] = a.accountRef(id)
	b := a.meaning(root)
	a.steps.Target(attack.Target{Node: root, Class: privilege, Impact: risk.Impact{
		Data: "none", Privilege: privilege, Environment: b.Environment, Criticality: b.Criticality,
	}})
}

// probes are actions that only an administrator may all do on anything. The first is the
// one by which anybody becomes an administrator: who loses it is none, and gets no way
// back by the rest.
var probes = []struct{ action, resource string }{
	{"iam:AttachRolePolicy", "arn:aws:iam::%s:role/stance-any-name"},
	{"iam:CreateUser", "arn:aws:iam::%s:user/stance-any-name"},
	{"ec2:RunInstances", "arn:aws:ec2:us-east-1:%s:instance/*"},
	{"lambda:CreateFunction", "arn:aws:lambda:us-east-1:%s:function:stance-any-name"},
	{"s3:PutAccountPublicAccessBlock", "*"},
	{"kms:CreateKey", "*"}, // a key that there is has a policy of its own
	{"cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:%s:trail/stance-any-name"},
}

// admin tells whether a principal may do everything, all policies weighed.
func (a *artist) admin(arn string) estate.Tri {
	if known, ok := a.admins[arn]; ok {
		return known
	}
	verdict := estate.No
	if p := a.directory.Principal(arn); p != nil {
		verdict, _ = a.everything(p)
	}
	a.admins[arn] = verdict
	return verdict
}

// everything asks all probes for rights that somebody has; by is the decision on the
// first one, or on the first that is not sure.
func (a *artist) everything(p *access.Principal) (verdict estate.Tri, by decide.Decision) {
	verdict = estate.Yes
	for _, probe := range probes {
		if !a.directory.Holds(p, probe.action) {
			return estate.No, by
		}
		switch a.directory.May(p, probe.action, filled(probe.resource, p.Account)) {
		case decide.DeniedExplicitly, decide.DeniedImplicitly:
			return estate.No, by
		default:
		}
		d := a.directory.AskFor(p, access.Question{Action: probe.action, Resource: filled(probe.resource, p.Account)})
		switch d.Outcome {
		case decide.Allowed:
			if probe == probes[0] {
				by = d
			}
		case decide.Unknown, decide.Conditional:
			if verdict == estate.Yes {
				verdict, by = estate.Maybe, d
			}
		default:
			return estate.No, by
		}
	}
	return verdict, by
}
