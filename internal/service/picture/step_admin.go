package picture

import (
	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// rootOf is the node that stands for everything in an account.
func rootOf(account string) string { return "arn:aws:iam::" + account + ":root" }

// administers adds the step to the whole account when rights would let anyone do
// everything there: as is a principal, which may be arn's own self or what it can make
// of itself.
func (a *artist) administers(as *access.Principal, from string, p *access.Principal, kind, label string, evidence []estate.StepEvidence) estate.Tri {
	verdict, by := a.directory.Administers(as)
	if verdict == estate.No {
		return verdict
	}
	if evidence == nil {
		evidence = []estate.StepEvidence{{Resource: p.ARN, Text: "by " + by.By.Source}}
	}
	s := attack.Step{From: from, To: rootOf(p.Account), Kind: kind, Label: label, Evidence: evidence}
	s.Fixes = a.allowFixes(as, access.AdminQuestion(as))
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

// admin tells whether a principal may do everything, all policies weighed.
func (a *artist) admin(arn string) estate.Tri {
	if known, ok := a.admins[arn]; ok {
		return known
	}
	verdict := estate.No
	if p := a.directory.Principal(arn); p != nil {
		verdict, _ = a.directory.Administers(p)
	}
	a.admins[arn] = verdict
	return verdict
}
