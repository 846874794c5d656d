package access

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// anotherOrganization has an id that AWS gives to none.
const anotherOrganization = "o-0000000000"

// mostOrganizations bounds the organisations that a caller is tried in.
const mostOrganizations = 16

// strangerTo reports whether an account is known not to belong to the organisation: its
// list of accounts was read, and does not hold it.
func (d *Directory) strangerTo(account string) bool {
	_, member := d.tree.accounts[account]
	_, own := d.tree.standing[account]
	return account != "" && !member && !own && d.tree.id != "" && d.tree.unread == nil
}

// decideFor is decide for a caller of which only the account may be known. One from
// outside of the organisation is asked about as a member of no organisation and as one of
// each other that a policy may mean: what all agree on is the answer.
func (d *Directory) decideFor(caller decide.Principal, layers decide.Layers, target decide.Resource, q Question) decide.Decision {
	made := d.decide(caller, layers, target, q)
	if caller.OrgID != "" || !d.strangerTo(caller.Account) || made.Outcome != decide.Unknown && made.Outcome != decide.Conditional {
		return made
	}
	organizations, ok := d.others(&target, layers.RCPs)
	if !ok {
		return made
	}
	var first decide.Decision
	for i, id := range organizations {
		caller.OrgID, caller.OrgPaths = id, nil
		if id == anotherOrganization {
			caller.OrgPaths = []string{id + "/r-0000/"}
		}
		one := d.decide(caller, layers, target, q)
		if i == 0 {
			first = one
		}
		if one.Outcome != first.Outcome || one.Outcome == decide.Conditional && one.Residue.String() != first.Residue.String() {
			return made
		}
	}
	return first
}

// others are the organisations that a stranger may be of, as far as the policies tell them
// apart: none, one that they do not name, and those they name; false when the policies
// have patterns that leave it open, or name too many.
func (d *Directory) others(target *decide.Resource, rcps [][]decide.Source) ([]string, bool) {
	list, ok := []string{decide.NoOrganization, anotherOrganization}, true
	name := func(value string) {
		switch id, _, _ := strings.Cut(value, "/"); {
		case id == d.tree.id, id == "*", id == "o-*", strings.EqualFold(id, "${aws:ResourceOrgID}"), slices.Contains(list, id):
		case strings.ContainsAny(id, "*?$"):
			ok = false
		default:
			list = append(list, id)
		}
	}
	sources := []decide.Source{{Doc: target.Policy}}
	for _, level := range rcps {
		sources = append(sources, level...)
	}
	for _, source := range sources {
		if source.Doc == nil {
			continue
		}
		for i := range source.Doc.Statements {
			for _, c := range source.Doc.Statements[i].Conditions {
				if !strings.HasPrefix(strings.ToLower(c.Key), "aws:principalorg") {
					continue
				}
				for _, value := range c.Values {
					name(value)
				}
			}
		}
	}
	return list, ok && len(list) <= mostOrganizations
}
