package ask

import (
	"context"
	"time"

	identity "github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/roster"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/store"
)

// days is within how many an identity must have been used to count as in use.
const days = 90

// Identities implements api.Access.
func (a *Asker) Identities(ctx context.Context, see store.Visible) ([]api.Identity, error) {
	c, _, err := a.census(ctx)
	if err != nil {
		return nil, err
	}
	items, keys := map[string]*unused.Item{}, map[string][]api.IdentityKey{}
	all := c.Facts.Items(c.Directory, unused.Window{Now: c.Read, Days: days})
	for i := range all {
		switch item := &all[i]; item.Kind {
		case "user", "role":
			items[item.Principal] = item
		case "access key":
			keys[item.Principal] = append(keys[item.Principal], api.IdentityKey{Created: item.Created, LastUsed: item.LastUsed, Use: string(item.Verdict)})
		}
	}
	stores := roster.Stores(c.Directory)
	var list []api.Identity
	for _, p := range c.Directory.Principals() {
		if err := ctx.Err(); err != nil {
			return nil, estate.Errorf(estate.CodeUnavailable, "list identities", "%w", err)
		}
		if items[p.ARN] == nil || !seesIdentity(see, c, p.Account, p.ARN) {
			continue
		}
		list = append(list, identityOf(c, p, items[p.ARN], keys[p.ARN], stores))
	}
	return append(list, providersOf(c, see)...), nil
}

func identityOf(c census, p *identity.Principal, item *unused.Item, keys []api.IdentityKey, stores []*identity.Resource) api.Identity {
	administers, _ := c.Directory.Administers(p)
	reach := roster.ReachOf(c.Directory, p, stores)
	v := api.Identity{
		ARN: p.ARN, Name: p.Name, Kind: string(p.Kind), Account: p.Account, Human: roster.Human(p), Created: p.Created, LastUsed: item.LastUsed,
		Use: string(item.Verdict), Keys: keys, Administrator: administers, Reads: &reach.Reads, Perhaps: &reach.Perhaps, Stores: &reach.Stores,
	}
	for _, t := range roster.TrustsOf(p) {
		v.Trusts = append(v.Trusts, api.Trust{Kind: string(t.Source), Who: t.Who, Foreign: t.Foreign, Conditional: t.Conditional})
	}
	own(&v, c.Meaning[p.ARN])
	return v
}

// own takes over whose the identity is.
func own(v *api.Identity, meaning estate.Business) {
	v.Owner = meaning.Owner
	for _, e := range meaning.Evidence {
		if e.Attribute == "owner" {
			v.Evidence = append(v.Evidence, e)
		}
	}
}

// providersOf lists the sign-in services that roles trust. Their use is that of the roles,
// which have rows of their own.
func providersOf(c census, see store.Visible) []api.Identity {
	var list []api.Identity
	for i := range c.Providers {
		p := &c.Providers[i]
		if !seesIdentity(see, c, p.Account, p.ARN) {
			continue
		}
		v := api.Identity{ARN: p.ARN, Name: p.ARN, Kind: p.Kind, Account: p.Account, Human: estate.Maybe, Created: copied(p.Created), Use: "unknown"}
		if p.Kind == "saml-provider" {
			v.Human = estate.Yes
		}
		own(&v, c.Meaning[p.ARN])
		list = append(list, v)
	}
	return list
}

func copied(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	c := *t
	return &c
}
