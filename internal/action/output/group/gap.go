package group

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Gap is what one missing permission, or one other reason, left unknown.
type Gap struct {
	// Permission is what would answer it; empty when no permission would.
	Permission string
	Reason     estate.Reason
	// Verdicts is how many verdicts are unknown for it.
	Verdicts int
	// Failed is how many scopes could not even be listed, Partial how many lack
	// attributes.
	Failed, Partial int
	// Types, Accounts and Regions are where; sorted.
	Types, Accounts, Regions []string
	// Detail is the first word of a provider on it.
	Detail string

	types, accounts, regions map[string]bool
}

type gapKey struct {
	permission string
	reason     estate.Reason
}

// AddCoverage counts one line of the ledger.
func (s *Set) AddCoverage(c estate.Coverage) {
	s.Scopes.Add(c.Status)
	s.read[output.AccountKey(c.Cloud, c.Account)] = true
	if c.Status == estate.CoverageOK || c.Status == estate.CoverageSkipped {
		return
	}
	permissions := c.Permissions
	if len(permissions) == 0 {
		permissions = []string{""}
	}
	for _, permission := range permissions {
		g := s.gap(permission, c.Reason)
		if c.Status == estate.CoveragePartial {
			g.Partial++
		} else {
			g.Failed++
		}
		g.at(c.Type, output.AccountKey(c.Cloud, c.Account), c.Region, c.Detail)
	}
}

// addUnknown counts one unknown verdict for each reason behind it.
func (s *Set) addUnknown(f *estate.Finding) {
	for i, unknown := range f.Unknown {
		seen := slices.ContainsFunc(f.Unknown[:i], func(u estate.Unknown) bool {
			return u.Permission == unknown.Permission && u.Reason == unknown.Reason
		})
		if seen {
			continue
		}
		g := s.gap(unknown.Permission, unknown.Reason)
		g.Verdicts++
		g.at(f.Resource.Type, output.AccountKey(f.Resource.Cloud, f.Resource.Account), f.Resource.Region, unknown.Detail)
	}
}

func (s *Set) gap(permission string, reason estate.Reason) *Gap {
	key := gapKey{permission, reason}
	g := s.gaps[key]
	if g == nil {
		g = &Gap{Permission: permission, Reason: reason, types: map[string]bool{}, accounts: map[string]bool{}, regions: map[string]bool{}}
		s.gaps[key] = g
	}
	return g
}

func (g *Gap) at(typ, account, region, detail string) {
	g.types[typ], g.accounts[account], g.regions[region] = true, true, true
	if g.Detail == "" {
		g.Detail = detail
	}
}

// Gaps returns what is missing, the scopes that could not be listed first, then by the
// number of unknown verdicts, then by permission and reason.
func (s *Set) Gaps() []Gap {
	list := make([]Gap, 0, len(s.gaps))
	for _, g := range s.gaps {
		gap := *g
		gap.Types = slices.Sorted(maps.Keys(g.types))
		gap.Accounts = slices.Sorted(maps.Keys(g.accounts))
		gap.Regions = slices.Sorted(maps.Keys(g.regions))
		list = append(list, gap)
	}
	slices.SortFunc(list, func(a, b Gap) int {
		return cmp.Or(
			cmp.Compare(b.Failed, a.Failed),
			cmp.Compare(b.Verdicts, a.Verdicts),
			cmp.Compare(a.Permission, b.Permission),
			cmp.Compare(a.Reason, b.Reason),
		)
	})
	return list
}
