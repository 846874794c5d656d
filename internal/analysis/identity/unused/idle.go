package unused

import (
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate"
)

// Item is something that can rest: a user, a role, a password or a key.
type Item struct {
	// Kind is user, role, password or access key.
	Kind string
	// Principal is the ARN of the user or role it is, or is of.
	Principal, Account, Name string
	// Key is the key's place in AWS's report; 0 for other kinds.
	Key int
	// Created and LastUsed are nil when they are not told, or it was never used.
	Created, LastUsed *time.Time
	Verdict           Verdict
	// Unknown is the reason of the verdict Unknown; nil for others.
	Unknown *estate.Unknown
}

// Items judges every user and role, and the passwords and active keys of users, by ARN.
// Roles that AWS services own are left out.
func (f *Facts) Items(d *access.Directory, w Window) []Item {
	var list []Item
	for _, p := range d.Principals() {
		switch {
		case p.ServiceLinked:
		case p.Kind == access.Role:
			list = append(list, f.role(p, w))
		default:
			list = append(list, f.user(p, w)...)
		}
	}
	return list
}

func itemOf(p *access.Principal, kind string) Item {
	return Item{Kind: kind, Principal: p.ARN, Account: p.Account, Name: p.Name}
}

func (f *Facts) role(p *access.Principal, w Window) Item {
	item := itemOf(p, "role")
	item.Created, item.LastUsed = p.Created, p.LastUsed
	if use := f.uses[p.ARN]; use != nil {
		item.LastUsed = later(item.LastUsed, use.lastUsed())
	}
	item.Verdict, item.Unknown = w.judge(item.Created, item.LastUsed, nil)
	return item
}

// user judges a user, which is in use when any of its credentials is. One that was given
// a new credential is young again.
func (f *Facts) user(p *access.Principal, w Window) []Item {
	item := itemOf(p, "user")
	item.Created, item.LastUsed = p.Created, p.LastUsed
	c := f.credentials[p.ARN]
	if c == nil {
		c = &Credentials{Unknown: &estate.Unknown{Path: p.ARN, Reason: estate.Uncollected, Detail: "its credentials were not read"}}
	}
	used, why := c.used()
	item.LastUsed = later(item.LastUsed, used)
	if use := f.uses[p.ARN]; use != nil {
		item.LastUsed = later(item.LastUsed, use.lastUsed())
	} else if why == nil && c.Untracked > 0 {
		why = &estate.Unknown{Path: "service_credentials", Reason: estate.Unsupported, Detail: "AWS does not tell when its signing certificates and service credentials were used"}
	}
	item.Verdict, item.Unknown = w.judge(later(item.Created, c.touched()), item.LastUsed, why)
	return append([]Item{item}, credentialItems(p, c, w)...)
}

func credentialItems(p *access.Principal, c *Credentials, w Window) []Item {
	var list []Item
	if c.Password {
		item := itemOf(p, "password")
		item.Created, item.LastUsed = c.PasswordChanged, c.PasswordUsed
		item.Verdict, item.Unknown = w.judge(c.PasswordChanged, c.PasswordUsed, c.Unknown)
		list = append(list, item)
	}
	for i := range c.Keys {
		k := &c.Keys[i]
		if !k.Active {
			continue
		}
		item := itemOf(p, "access key")
		item.Key, item.Created, item.LastUsed = k.Index, k.Made, k.LastUsed
		item.Verdict, item.Unknown = w.judge(k.Made, k.LastUsed, k.Unknown)
		list = append(list, item)
	}
	return list
}
