package picture

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
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
	if public.Verdict == estate.No || a.closed(p, "000000000000") {
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
		if a.directory.Knows(account) || a.ownOnly(p, account) || a.closed(p, account) {
			continue
		}
		kind, why := "assume-role-external-id", "an external id is asked for"
		if slices.ContainsFunc(gaps, func(g identity.Gap) bool { return accountIn(g.Principal) == account }) {
			kind, why = "assume-role", "no external id is asked for"
		}
		a.trusted(p, attack.InternalFoothold, kind, estate.Yes, "account "+account+" may become "+a.name(p.ARN), why)
	}
}

// ownOnly tells whether the trust policy lets an account in only as a member of the
// organisation of the role, which an account that is not of the estate is not.
func (a *artist) ownOnly(p *access.Principal, account string) bool {
	own, _ := a.directory.OrgPlace(p.Account)
	if own == "" {
		return false
	}
	for i := range p.Trust.Statements {
		s := &p.Trust.Statements[i]
		named := slices.ContainsFunc(s.Principals, func(of policydoc.Principal) bool { return of.Account() == account })
		if s.Allows() && (named || slices.Contains(identity.ExternalAccounts(&policydoc.Document{Statements: p.Trust.Statements[i : i+1]}, p.Account), account)) &&
			!slices.ContainsFunc(s.Conditions, func(c policydoc.Condition) bool { return asksFor(&c, own) }) {
			return false
		}
	}
	return true
}

// asksFor tells whether a condition is met by callers of one organisation only.
func asksFor(c *policydoc.Condition, organization string) bool {
	op, known := policydoc.ParseOperator(c.Operator)
	if !known || op.Negated || op.IfExists || op.Set == "ForAllValues" || !strings.HasPrefix(op.Base, "String") {
		return false
	}
	other := func(value string) bool { return value != organization && !strings.HasPrefix(value, organization+"/") }
	key := strings.ToLower(c.Key)
	return (key == "aws:principalorgid" || key == "aws:principalorgpaths") && len(c.Values) > 0 && !slices.ContainsFunc(c.Values, other)
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

// closed reports whether a policy of the organisation denies taking the role from an
// account outside, whatever the trust policy says: from one of no organisation, and from
// one of another. The root user would not do for asking: it never takes roles.
func (a *artist) closed(p *access.Principal, account string) bool {
	for _, organization := range [][]string{{}, {anotherOrganization}} {
		decision, err := a.directory.Ask(access.Question{
			Principal: "arn:aws:iam::" + account + ":role/stranger", Action: "sts:AssumeRole", Resource: p.ARN, Elsewhere: true,
			Context: map[string][]string{"aws:PrincipalOrgID": organization, "aws:PrincipalOrgPaths": underneath(organization)},
		})
		if err != nil || decision.Outcome != decide.DeniedExplicitly || decision.By.Layer != decide.RCP {
			return false
		}
	}
	return true
}

// anotherOrganization has an id that AWS gives to none.
const anotherOrganization = "o-0000000000"

// underneath are the paths of an account at the top of an organisation.
func underneath(organization []string) []string {
	if len(organization) == 0 {
		return nil
	}
	return []string{organization[0] + "/r-0000/"}
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
