package bench

import (
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source/aws/account"
	"github.com/stance-sec/stance/internal/source/aws/organizations"
	"github.com/stance-sec/stance/internal/store/run"
)

// The organisation has one unit under its root; its first account manages it.
const (
	organizationID = "o-a1b2c3d4e5"
	rootID         = "r-ab12"
	unitID         = "ou-ab12-workloads"
)

// organizationARN names something of the organisation, as AWS does.
func organizationARN(resource string) string {
	return "arn:aws:organizations::" + AccountID(0) + ":" + resource
}

// writeOrganization writes what the management account is told.
func (e Estate) writeOrganization(w *run.Writer) error {
	for _, one := range []struct {
		kind  string
		count int
		make  maker
	}{
		{"aws_organizations_organization", 1, makeOrganization},
		{"aws_organizations_account", e.Accounts, makeMember},
		{"aws_organizations_policy", len(guardrails), makeGuardrail},
		{"aws_organizations_delegated_administrator", 0, nil},
	} {
		if err := e.writeScope(w, 0, "global", one.kind, one.count, one.make); err != nil {
			return err
		}
	}
	return nil
}

func makeOrganization(p *place, _ int) *estate.Resource {
	return p.resource(organizationARN("organization/"+organizationID), organizationID, organizations.Organization{
		FeatureSet: "ALL", ManagementAccount: p.account, Management: true, PolicyTypes: []string{"RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"}, TrustedServices: []string{},
	})
}

func makeMember(p *place, n int) *estate.Resource {
	id, name := AccountID(n), accountName(AccountID(n))
	config := organizations.Account{AccountID: id, State: "ACTIVE", JoinedMethod: "CREATED", Management: n == 0, UnitPath: []string{rootID}, UnitNames: []string{"Root"}}
	if n > 0 {
		config.UnitPath, config.UnitNames = []string{rootID, unitID}, []string{"Root", "workloads"}
	}
	r := p.resource(organizationARN("account/"+organizationID+"/"+id), name, config, facet.Account{ID: id, Name: name, Units: slices.Concat(config.UnitPath, config.UnitNames)})
	r.Relations = []estate.Relation{{Kind: estate.Contains, Target: "arn:aws:iam::" + id + ":root"}}
	return r
}

// guardrails are the organisation's policies: what AWS attaches everywhere, and one of
// its own.
var guardrails = []struct {
	name, kind string
	statement  policydoc.Statement
	units      []string
	accounts   bool
}{
	{"FullAWSAccess", "SERVICE_CONTROL_POLICY", policydoc.Statement{Effect: "Allow", Actions: []string{"*"}, Resources: []string{"*"}}, []string{rootID, unitID}, true},
	{"RCPFullAWSAccess", "RESOURCE_CONTROL_POLICY", policydoc.Statement{Effect: "Allow", Principals: []policydoc.Principal{{Kind: "*", ID: "*"}}, Actions: []string{"*"}, Resources: []string{"*"}}, []string{rootID, unitID}, true},
	{"keep-guards", "SERVICE_CONTROL_POLICY", policydoc.Statement{Effect: "Deny", Actions: []string{"organizations:LeaveOrganization", "guardduty:DeleteDetector"}, Resources: []string{"*"}}, []string{unitID}, false},
}

func makeGuardrail(p *place, n int) *estate.Resource {
	g := guardrails[n]
	config := organizations.Policy{
		PolicyID: "p-" + g.name, Kind: g.kind, ManagedByAWS: g.accounts, Targets: []organizations.Target{},
		Document: &policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{g.statement}},
	}
	for _, unit := range g.units {
		config.Targets = append(config.Targets, organizations.Target{TargetID: unit, Kind: "ORGANIZATIONAL_UNIT", TargetName: unit})
	}
	for a := 0; g.accounts && a < p.estate.Accounts; a++ {
		config.Targets = append(config.Targets, organizations.Target{TargetID: AccountID(a), Kind: "ACCOUNT", TargetName: accountName(AccountID(a))})
	}
	return p.resource(organizationARN("policy/"+organizationID+"/"+g.kind+"/"+config.PolicyID), g.name, config)
}

func accountName(id string) string { return "acme-" + id[8:] }

func makeAccount(p *place, _ int) *estate.Resource {
	config := account.Account{
		Alias: accountName(p.account), PasswordPolicy: account.PasswordPolicy{Exists: true, MinimumLength: pick(p, 8, 14), RequireNumbers: true},
		Root: account.Root{Password: true, MFA: p.odds(90), AccessKeys: p.odds(5)}, PrimaryContact: true,
		Organization: &account.Organization{ARN: organizationARN("organization/" + organizationID), ManagementAccount: AccountID(0)},
	}
	return p.resource("arn:aws:iam::"+p.account+":root", config.Alias, config, facet.Account{ID: p.account, Name: config.Alias, Units: []string{"workloads"}})
}
