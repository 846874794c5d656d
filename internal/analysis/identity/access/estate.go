package access

import (
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
)

// Nodes returns users, roles, groups and the customers' own policies as escalation rules
// see them, by ARN. Admin tells which principals may do everything already; hosted which
// roles are in an instance profile, nil when that is not known.
func (d *Directory) Nodes(admin func(*Principal) bool, hosted map[string]bool) []escalate.Node {
	list := make([]escalate.Node, 0, len(d.sorted)+len(d.groups)+len(d.policies))
	for _, p := range d.sorted {
		list = append(list, d.node(p, admin(p), hosted))
	}
	for _, arn := range slices.Sorted(maps.Keys(d.groups)) {
		list = append(list, escalate.Node{ARN: arn, Kind: escalate.Group, Account: accountOf(arn), Holds: d.groups[arn].grants.Attached})
	}
	for _, arn := range slices.Sorted(maps.Keys(d.policies)) {
		if account := accountOf(arn); account != "aws" {
			list = append(list, escalate.Node{ARN: arn, Kind: escalate.Policy, Account: account})
		}
	}
	return list
}

func (d *Directory) node(p *Principal, admin bool, hosted map[string]bool) escalate.Node {
	n := escalate.Node{
		ARN: p.ARN, Kind: escalate.Kind(p.Kind), Account: p.Account, Admin: admin, ServiceLinked: p.ServiceLinked, SSO: d.Caller(p).ReservedSSO,
		Holds: d.Applied(p), Trust: p.Trust,
		Facts: escalate.Facts{escalate.Bounded: estate.TriOf(p.boundary != ""), escalate.Denied: d.denied(p)},
	}
	if p.Kind == User {
		n.Facts[escalate.Password], n.Facts[escalate.MFA] = p.Console, p.MFA
		const most = 2
		n.Facts[escalate.FullKeys] = estate.TriOf(p.Keys >= most)
		if unknownIn(p.unknown, "access_keys") != nil {
			delete(n.Facts, escalate.FullKeys)
		}
		return n
	}
	if hosted != nil {
		n.Facts[escalate.InstanceProfile] = estate.TriOf(hosted[p.ARN])
	}
	if p.Trust == nil {
		n.Unknown = d.trustUnknown(p)
	}
	return n
}

// Applied returns the ARNs of the groups that a principal is in and of the managed policies
// that apply to it, also through its groups.
func (d *Directory) Applied(p *Principal) []string {
	list := slices.Concat(p.own.Attached, p.groups)
	for _, g := range p.groups {
		if group := d.groups[g]; group != nil {
			list = append(list, group.grants.Attached...)
		}
	}
	return list
}

func (d *Directory) trustUnknown(p *Principal) *estate.Unknown {
	if u := unknownIn(p.unknown, "trust"); u != nil {
		return u
	}
	return malformed("the trust policy of " + p.ARN)
}

// denied tells whether a policy of the principal itself denies something.
func (d *Directory) denied(p *Principal) estate.Tri {
	answer := estate.No
	for _, s := range d.held(&p.own, "", p.unknown, p.Account) {
		if s.Doc == nil {
			answer = answer.Or(estate.Maybe)
			continue
		}
		for i := range s.Doc.Statements {
			if s.Doc.Statements[i].Denies() {
				return estate.Yes
			}
		}
	}
	return answer
}

// Members returns the users of each group, by the group's ARN.
func (d *Directory) Members() map[string][]string {
	members := map[string][]string{}
	for _, p := range d.sorted {
		for _, g := range p.groups {
			members[g] = append(members[g], p.ARN)
		}
	}
	return members
}

// Bearers returns the users, roles and groups that hold each managed policy, by the
// policy's ARN.
func (d *Directory) Bearers() map[string][]string {
	bearers := map[string][]string{}
	for _, p := range d.sorted {
		for _, a := range p.own.Attached {
			bearers[a] = append(bearers[a], p.ARN)
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(d.groups)) {
		for _, a := range d.groups[arn].grants.Attached {
			bearers[a] = append(bearers[a], arn)
		}
	}
	return bearers
}

// OrgPlace returns the organisation's id and whether an account is its management
// account; empty and false where that is not known.
func (d *Directory) OrgPlace(account string) (orgID string, management bool) {
	orgID, _, management = d.place(account)
	return orgID, management
}

// Management returns the organisation's management account; empty where it is not known.
func (d *Directory) Management() string { return d.tree.management }
