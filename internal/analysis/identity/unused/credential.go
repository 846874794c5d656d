package unused

import (
	"fmt"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Credentials are what a user can sign in and sign requests with.
type Credentials struct {
	// Password is whether it has one.
	Password bool
	// PasswordUsed and PasswordChanged are nil when the report tells no such time.
	PasswordUsed, PasswordChanged *time.Time
	// Keys are its access keys.
	Keys []Key
	// Untracked is how many active credentials of other kinds there are, of whose use
	// nothing tells: signing certificates and those for single services.
	Untracked int
	// Unknown says why the credentials were not read; nil when they were.
	Unknown *estate.Unknown
}

// Key is an access key.
type Key struct {
	// Index is its place in AWS's report, 1 or 2.
	Index int
	// Active is whether it works.
	Active bool
	// Made and LastUsed are nil when they are not told, or it was never used.
	Made, LastUsed *time.Time
	// Unknown says why the last use is not known; nil when it is.
	Unknown *estate.Unknown
}

type userConfig struct {
	Password struct {
		Enabled  bool       `json:"enabled"`
		LastUsed *time.Time `json:"last_used"`
		Changed  *time.Time `json:"changed"`
	} `json:"password"`
	Keys []struct {
		Index    int        `json:"index"`
		Active   bool       `json:"active"`
		Rotated  *time.Time `json:"rotated"`
		LastUsed *time.Time `json:"last_used"`
	} `json:"access_keys"`
	Certificates []activity `json:"signing_certificates"`
	Services     []activity `json:"service_credentials"`
}

type activity struct {
	Active bool `json:"active"`
}

func credentialsOf(r *record[userConfig]) *Credentials {
	u := &r.Config
	c := &Credentials{
		Password: u.Password.Enabled, PasswordUsed: u.Password.LastUsed, PasswordChanged: u.Password.Changed,
		Unknown: r.unread("password", "access_keys", "signing_certificates", "service_credentials"),
	}
	for i, k := range u.Keys {
		c.Keys = append(c.Keys, Key{
			Index: k.Index, Active: k.Active, Made: k.Rotated, LastUsed: k.LastUsed,
			Unknown: r.unread(fmt.Sprintf("access_keys[%d].last_used", i)),
		})
	}
	for _, list := range [][]activity{u.Certificates, u.Services} {
		for _, a := range list {
			if a.Active {
				c.Untracked++
			}
		}
	}
	return c
}

// touched returns when a credential was last made or changed; nil when nothing tells.
func (c *Credentials) touched() *time.Time {
	last := c.PasswordChanged
	for i := range c.Keys {
		last = later(last, c.Keys[i].Made)
	}
	return last
}

// used returns when a credential was last used, and what keeps that from being sure.
func (c *Credentials) used() (last *time.Time, why *estate.Unknown) {
	last, why = c.PasswordUsed, c.Unknown
	for i := range c.Keys {
		last = later(last, c.Keys[i].LastUsed)
		if why == nil {
			why = c.Keys[i].Unknown
		}
	}
	return last, why
}
