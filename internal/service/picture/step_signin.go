package picture

import (
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// A root user's password is seldom typed and so seldom stolen: less probable than that of
// a user who works with it.
var (
	rootPassword       = risk.Interval{Low: 0.1, Expected: 0.3, High: 0.6}
	rootPasswordUnread = risk.Interval{Low: 0.01, Expected: 0.2, High: 0.6}
)

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
	for _, account := range slices.Sorted(maps.Keys(a.gathered.roots)) {
		r, to := a.gathered.roots[account], rootOf(account)
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
