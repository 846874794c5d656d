package cli

import (
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/roster"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
	service "github.com/stance-sec/stance/internal/service/access"
)

// rolesView are the roles that trust a provider.
type rolesView struct {
	// Known is whether there can be no others.
	Known bool     `json:"known"`
	ARNs  []string `json:"arns"`
}

// providersOf are the rows of the providers of a census. Items tell the use of roles.
func providersOf(census *service.Census, window unused.Window, items map[string]*unused.Item, machines bool) []identityView {
	trusting, untold := map[string][]*access.Principal{}, map[string]bool{}
	for _, p := range census.Directory.Principals() {
		if p.Kind != access.Role {
			continue
		}
		untold[p.Account] = untold[p.Account] || p.Trust == nil
		for _, t := range roster.TrustsOf(p) {
			if t.Source == roster.OIDC || t.Source == roster.SAML {
				trusting[t.Who] = append(trusting[t.Who], p)
			}
		}
	}
	var list []identityView
	for i := range census.Providers {
		p := &census.Providers[i]
		v := identityView{
			ARN: p.ARN, Kind: p.Kind, Account: p.Account, Human: estate.Maybe, Created: p.Created, Keys: []keyView{}, Trusts: []trustView{}, Administrator: estate.No,
			Roles: &rolesView{Known: p.RolesKnown && !untold[p.Account], ARNs: []string{}},
		}
		if p.Kind == "saml-provider" {
			v.Human = estate.Yes
		}
		if machines && v.Human == estate.Yes {
			continue
		}
		v.age(window.Now)
		v.own(census.Meaning[p.ARN])
		v.judge(census.Directory, trusting[p.ARN], items, window)
		list = append(list, v)
	}
	return list
}

// judge says how far a provider reaches and whether it is in use, by the roles that trust
// it. The use of a role is that of the provider where it trusts nobody else.
func (v *identityView) judge(d *access.Directory, roles []*access.Principal, items map[string]*unused.Item, window unused.Window) {
	if !v.Roles.Known {
		v.Administrator = estate.Maybe
	}
	still := true // none of them was used
	for _, p := range roles {
		v.Roles.ARNs = append(v.Roles.ARNs, p.ARN)
		if administers, _ := d.Administers(p); administers == estate.Yes || administers == estate.Maybe && v.Administrator == estate.No {
			v.Administrator = administers
		}
		item := items[p.ARN]
		still = still && item != nil && (item.Verdict == unused.Idle || item.Verdict == unused.Young)
		if alone := len(roster.TrustsOf(p)) == 1; alone && item != nil && item.LastUsed != nil && (v.LastUsed == nil || item.LastUsed.After(*v.LastUsed)) {
			v.LastUsed = item.LastUsed
		}
	}
	slices.Sort(v.Roles.ARNs)
	within := func(at *time.Time) bool { return at != nil && !at.Before(window.Now.AddDate(0, 0, -window.Days)) }
	switch {
	case within(v.LastUsed):
		v.Use = unused.Used
	case within(v.Created):
		v.Use = unused.Young
	case v.Created == nil || !v.Roles.Known || !still:
		v.Use = unused.Unknown
	default:
		v.Use = unused.Idle
	}
}

func (r *rolesView) text(administrator estate.Tri) string {
	text := "no role trusts it"
	if len(r.ARNs) > 0 {
		text = "trusted by " + listedOf(r.ARNs)
	}
	if !r.Known {
		text += ", and by roles that were not read, perhaps"
	}
	switch administrator {
	case estate.Yes:
		text = "leads to administrator; " + text
	case estate.Maybe:
		text = "perhaps leads to administrator; " + text
	case estate.No:
	}
	return text
}
