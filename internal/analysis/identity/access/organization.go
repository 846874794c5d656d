package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// The kinds of organisation policy that limit access.
const (
	serviceControl  = "SERVICE_CONTROL_POLICY"
	resourceControl = "RESOURCE_CONTROL_POLICY"
)

// organization is the tree above the accounts as far as it was read.
type organization struct {
	id         string
	management string
	accounts   map[string]accountConfig
	guardrails []guardrail
	kinds      map[string]bool
	standing   map[string]standing
	// unread says why the tree or its policies are not known; nil when they are.
	unread *estate.Unknown
}

func (b *Builder) tree() organization {
	o := organization{id: b.orgID, management: b.management, accounts: b.accounts, guardrails: b.guardrails, kinds: b.kinds, standing: b.standing}
	slices.SortFunc(o.guardrails, func(a, b guardrail) int { return cmp.Compare(a.name, b.name) })
	switch {
	case !b.orgRead:
		o.unread = b.lostAnywhere("aws_organizations_organization")
	case len(b.accounts) == 0:
		o.unread = b.lostAnywhere("aws_organizations_account")
	default:
		if why := b.lost[lostKey(b.management, "aws_organizations_policy")]; len(why) > 0 {
			o.unread = &why[0]
		}
	}
	return o
}

// unknown says why the policies over an account are not known; nil when they are, or
// when it stands in no organisation.
func (o *organization) unknown(account string) *estate.Unknown {
	s, ok := o.standing[account]
	switch {
	case ok && s.alone:
		return nil
	case o.unread != nil:
		return o.unread
	case s.why != nil && o.path(account) == nil:
		return s.why
	default:
		return nil
	}
}

// lostAnywhere says why a type was read in no account.
func (b *Builder) lostAnywhere(kind string) *estate.Unknown {
	var first string
	for key := range b.lost {
		if strings.HasSuffix(key, "/"+kind) && (first == "" || key < first) {
			first = key
		}
	}
	if first != "" {
		return &b.lost[first][0]
	}
	return &estate.Unknown{Path: kind, Reason: estate.Uncollected, Permission: "organizations:DescribeOrganization",
		Detail: "the organisation's policies were not read; scan its management account with --org"}
}

// path returns the root, the units and the account itself, from the top; nil for an
// account that the organisation does not list.
func (o *organization) path(account string) []string {
	a, ok := o.accounts[account]
	if !ok {
		return nil
	}
	return append(slices.Clone(a.UnitPath), account)
}

// orgPath is the value of aws:PrincipalOrgPaths and aws:ResourceOrgPaths; empty when
// it is not known ("AWS global condition context keys").
func (o *organization) orgPath(account string) string {
	a, ok := o.accounts[account]
	if !ok || o.id == "" {
		return ""
	}
	path := o.id + "/"
	for _, unit := range a.UnitPath {
		path += unit + "/"
	}
	return path
}

// levels returns the policies of a kind over an account, from the root down: one list
// for each level, each with the policies attached there.
func (o *organization) levels(account, kind string) [][]*guardrail {
	var levels [][]*guardrail
	for _, id := range o.path(account) {
		var level []*guardrail
		for i := range o.guardrails {
			g := &o.guardrails[i]
			if g.kind == kind && (g.targets == nil || g.targets[id]) {
				level = append(level, g)
			}
		}
		levels = append(levels, level)
	}
	return levels
}
