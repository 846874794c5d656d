package picture

import (
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// perhaps is the probability of a step that hangs on what was not read.
var perhaps = risk.Interval{Low: 0.01, Expected: 0.5, High: 1}

// A root user's password is seldom typed and so seldom stolen: less probable than that of
// a user who works with it.
var (
	rootPassword       = risk.Interval{Low: 0.1, Expected: 0.3, High: 0.6}
	rootPasswordUnread = risk.Interval{Low: 0.01, Expected: 0.2, High: 0.6}
)

// enterByTrust adds the roles that someone outside may take.
func (a *artist) enterByTrust() {
	for _, p := range a.directory.Principals() {
		if p.Trust == nil || p.ServiceLinked {
			continue
		}
		a.trustEveryone(p)
		for _, gap := range identity.OpenFederation(p.Trust) {
			a.trusted(p, attack.Internet, "ci-any-repository", gap.Verdict, "anyone with an account at "+quoted(provider(gap.Principal))+" may become "+a.name(p.ARN), gap.Why)
		}
		a.trustVendors(p)
	}
}

// provider is the host name of an identity provider.
func provider(id string) string {
	if _, host, ok := strings.Cut(id, "-provider/"); ok {
		return host
	}
	return id
}

func (a *artist) trustEveryone(p *access.Principal) {
	public := identity.Public(p.Trust, identity.Options{Resource: p.ARN, Now: a.options.Now})
	if public.Verdict == estate.No || a.closed(p, "arn:aws:iam::000000000000:root") {
		return
	}
	kind := "assume-role"
	if public.Verdict == estate.Maybe {
		kind = "assume-role-conditional"
	}
	a.trusted(p, attack.AnyAccount, kind, estate.Yes, "anyone with an AWS account may become "+a.name(p.ARN), "the trust policy names everyone")
}

// trustVendors adds accounts that are not of the estate: whoever gets into them comes
// further, unless a secret is asked for.
func (a *artist) trustVendors(p *access.Principal) {
	gaps := identity.TrustsWithoutExternalID(p.Trust, p.Account)
	for _, account := range identity.ExternalAccounts(p.Trust, p.Account) {
		if a.directory.Knows(account) || a.closed(p, "arn:aws:iam::"+account+":root") {
			continue
		}
		kind, why := "assume-role-external-id", "an external id is asked for"
		if slices.ContainsFunc(gaps, func(g identity.Gap) bool { return accountIn(g.Principal) == account }) {
			kind, why = "assume-role", "no external id is asked for"
		}
		a.trusted(p, attack.InternalFoothold, kind, estate.Yes, "account "+account+" may become "+a.name(p.ARN), why)
	}
}

// deputies adds the stores that an AWS service may use on behalf of any account: whoever
// gets the service to call reaches them.
func (a *artist) deputies(s *store) {
	r := a.directory.Resource(s.ref.ID)
	if r == nil {
		return
	}
	for i := range r.Documents {
		for _, gap := range identity.ConfusedDeputies(&r.Documents[i]) {
			if gap.Verdict != estate.Yes {
				continue
			}
			a.step(attack.Step{
				From: attack.Entry(attack.AnyAccount), To: s.ref.ID, Kind: "deputy", P: &asDeputy,
				Label:    quoted(gap.Principal) + " may use " + a.name(s.ref.ID) + " for any account",
				Evidence: []estate.StepEvidence{{Resource: s.ref.ID, Text: gap.Why}}, Fixes: a.fixes(bindService, s.ref.ID),
			})
			return
		}
	}
}

// asDeputy is how probably a service can be made to act for a stranger: few can, and
// which is not published.
var asDeputy = risk.Interval{Low: 0.01, Expected: 0.1, High: 0.5}

// closed reports whether a policy of the organisation denies taking the role from
// outside, whatever the trust policy says.
func (a *artist) closed(p *access.Principal, from string) bool {
	decision, err := a.directory.Ask(access.Question{Principal: from, Action: "sts:AssumeRole", Resource: p.ARN, Elsewhere: true})
	return err == nil && decision.Outcome == decide.DeniedExplicitly && decision.By.Layer == decide.RCP
}

func (a *artist) trusted(p *access.Principal, entry, kind string, verdict estate.Tri, label, why string) {
	if verdict == estate.No {
		return
	}
	s := attack.Step{
		From: attack.Entry(entry), To: p.ARN, Kind: kind, Label: label,
		Evidence: []estate.StepEvidence{{Resource: p.ARN, Path: "trust", Text: why}},
		Fixes:    a.fixes(narrowTrust, p.ARN),
	}
	if verdict == estate.Maybe {
		s.P = &perhaps
	}
	a.step(s)
	a.become(p.ARN)
}

// enterBySignIn adds the users whose credentials an attacker may come by.
func (a *artist) enterBySignIn() {
	for _, p := range a.directory.Principals() {
		if p.Kind != access.User {
			continue
		}
		if p.Console == estate.Yes {
			s := attack.Step{From: attack.Entry(attack.Internet), To: p.ARN, Kind: "login-mfa", Label: "signs in as " + a.name(p.ARN) + " with password and second factor"}
			if p.MFA == estate.No {
				s.Kind, s.Label = "password-login-internet", "a password alone signs in as "+a.name(p.ARN)
				s.Fixes = a.fixes(requireMFA, p.ARN)
			}
			a.step(s)
			a.become(p.ARN)
		}
		if p.Keys > 0 {
			a.step(attack.Step{
				From: attack.Entry(attack.InternalFoothold), To: p.ARN, Kind: "secret", Label: "finds an access key of " + a.name(p.ARN) + " where it is used",
				Fixes: a.fixes(removeKeys, p.ARN),
			})
			a.become(p.ARN)
		}
	}
}

// enterByRoot adds the root users that no second factor guards, and their access keys.
func (a *artist) enterByRoot() {
	for _, account := range slices.Sorted(maps.Keys(a.roots)) {
		r, to := a.roots[account], rootOf(account)
		a.account(account)
		if r.password != estate.No && r.mfa != estate.Yes {
			s := attack.Step{From: attack.Entry(attack.Internet), To: to, Kind: "password-login-internet", Label: "a password alone signs in as root of " + a.name(to),
				P: &rootPassword, Fixes: a.fixes(guardRoot, to)}
			if r.password == estate.Maybe || r.mfa == estate.Maybe {
				s.P = &rootPasswordUnread
			}
			a.step(s)
		}
		if r.keys == estate.Yes {
			a.step(attack.Step{From: attack.Entry(attack.InternalFoothold), To: to, Kind: "secret", Label: "finds an access key of the root user of " + a.name(to),
				Fixes: a.fixes(removeRootKeys, to)})
		}
	}
}

// follow adds what a principal that an attacker acts as leads to.
func (a *artist) follow(arn string) {
	p := a.directory.Principal(arn)
	if a.administers(p, arn, p, "administers", arn+" may do everything", nil) != estate.Yes {
		a.escalations(p)
	}
	a.reads(p)
}

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
		evidence = []estate.StepEvidence{{Resource: from, Text: "by " + by.By.Source}}
	}
	s := attack.Step{From: from, To: rootOf(p.Account), Kind: kind, Label: label, Evidence: evidence}
	if key, ok := a.allowFix(p, &by); ok {
		s.Fixes = []estate.FixKey{key}
	}
	if kind == "administers" {
		a.account(p.Account)
		s.Label = a.name(from) + " may do everything in " + a.name(rootOf(p.Account))
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
	name := a.options.Overlay.AccountName(id)
	if name == "" {
		name = id
	}
	a.refs[root] = estate.Ref{ID: root, Type: "aws_account", Cloud: estate.AWS, Account: id, Region: "global", Name: name}
	b := a.meaning(root)
	a.steps.Target(attack.Target{Node: root, Class: privilege, Impact: risk.Impact{
		Data: "none", Privilege: privilege, Environment: b.Environment, Criticality: b.Criticality,
	}})
}

// probes are actions that only an administrator may all do on anything.
var probes = []struct{ action, resource string }{
	{"iam:AttachRolePolicy", "arn:aws:iam::%s:role/stance-any-name"},
	{"iam:CreateUser", "arn:aws:iam::%s:user/stance-any-name"},
	{"ec2:RunInstances", "arn:aws:ec2:us-east-1:%s:instance/*"},
	{"lambda:CreateFunction", "arn:aws:lambda:us-east-1:%s:function:stance-any-name"},
	{"s3:DeleteBucket", "arn:aws:s3:::stance-any-name"},
	{"kms:ScheduleKeyDeletion", "arn:aws:kms:us-east-1:%s:key/stance-any-name"},
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

// everything asks all probes for rights that somebody has; by is the decision on the last
// one, or on the first that is not sure.
func (a *artist) everything(p *access.Principal) (verdict estate.Tri, by decide.Decision) {
	verdict = estate.Yes
	for _, probe := range probes {
		if !a.directory.Holds(p, probe.action) {
			return estate.No, by
		}
		d := a.directory.AskFor(p, access.Question{Action: probe.action, Resource: filled(probe.resource, p.Account)})
		switch d.Outcome {
		case decide.Allowed:
			if verdict == estate.Yes {
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

// escalations adds what the principal can make itself into.
func (a *artist) escalations(p *access.Principal) {
	edges := a.engine.From(p.ARN)
	becomes := map[string]bool{}
	for i := range edges {
		if y := edges[i].Yields; y == escalate.Credential || y == escalate.CodeAs {
			becomes[edges[i].To] = true
		}
	}
	for i := range edges {
		a.escalation(p, &edges[i], becomes)
	}
}

func (a *artist) escalation(p *access.Principal, e *escalate.Edge, becomes map[string]bool) {
	s := attack.Step{From: p.ARN, To: e.To, Kind: "escalate", Label: a.escalationLabel(p, e), Evidence: stepEvidence(p, e), Fixes: a.stepFixes(p, e)}
	if e.Rule == ruleAssume {
		s.Kind, s.Label = "assume-role", a.name(p.ARN)+" may become "+a.name(e.To)
	}
	switch e.Verdict {
	case escalate.Conditional:
		s.Kind += "-conditional"
	case escalate.Unknown:
		s.P = &perhaps
	default:
	}
	switch e.Yields {
	case escalate.CodeAs, escalate.Credential:
		a.step(s)
		a.become(e.To)
	case escalate.Deputy: // it has less than the role
	case escalate.Session:
		a.step(s)
		a.control(e.To)
	case escalate.PolicyWrite:
		if !e.Self && !becomes[e.To] {
			return
		}
		if a.directory.Bounded(p) {
			s.Kind = "escalate-conditional"
		}
		s.To = rootOf(p.Account)
		a.step(s)
		a.account(p.Account)
	case escalate.Join:
		a.administers(a.directory.Joined(p, e.To), p.ARN, p, s.Kind, s.Label, s.Evidence)
	case escalate.Unbind:
		a.administers(a.directory.Unbound(p), p.ARN, p, s.Kind, s.Label, s.Evidence)
	}
}
