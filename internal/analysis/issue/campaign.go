package issue

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// campaignKey is what a campaign gathers: one change, made at one level, by one owner.
type campaignKey struct {
	action, check string
	level         estate.ControlLevel
	owner         string
}

// campaign is a campaign while findings come in.
type campaign struct {
	estate.Campaign
	last   string
	points map[uint64]struct{}
}

const (
	maxCampaigns = 5_000  // beyond, owners are not told apart
	maxPoints    = 10_000 // beyond, places to change are not told apart
)

// campaign counts a finding that lies on no way.
func (c *Collector) campaign(check estate.Check, point estate.ControlPoint, facts Facts, f *estate.Finding) {
	key := campaignKey{Action(check), check.ID, point.Level, facts.Owner}
	k := c.campaigns[key]
	if k == nil && len(c.campaigns) >= maxCampaigns {
		key.owner = ""
		k = c.campaigns[key]
	}
	if k == nil {
		k = c.newCampaign(key, check)
		c.campaigns[key] = k
	}
	k.Findings++
	if f.Resource.ID != k.last {
		k.last = f.Resource.ID
		k.Resources++
	}
	k.FindingKeys = c.keep(k.FindingKeys, f.Key)
	if !slices.Contains(k.Accounts, f.Resource.Account) {
		k.Accounts = c.keep(k.Accounts, f.Resource.Account)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(point.ID))
	if _, seen := k.points[h.Sum64()]; !seen && len(k.points) < maxPoints {
		k.points[h.Sum64()] = struct{}{}
		k.ControlPoints = c.keep(k.ControlPoints, point.ID)
	}
}

func (c *Collector) newCampaign(key campaignKey, check estate.Check) *campaign {
	sum := sha256.Sum256([]byte(key.action + "\x00" + key.check + "\x00" + string(key.level) + "\x00" + key.owner))
	return &campaign{points: map[uint64]struct{}{}, Campaign: estate.Campaign{
		Key: hex.EncodeToString(sum[:keyBytes]), Action: key.action, Check: check.ID, Level: key.level, Owner: key.owner,
		Title: check.Title, Text: check.Fix.Text, CLI: check.Fix.CLI, Terraform: check.Fix.Terraform,
		Severity: check.Severity, Band: c.table.Capped("off-path", check.Severity),
	}}
}

// sortedCampaigns returns the campaigns, the gravest and largest first.
func (c *Collector) sortedCampaigns() []estate.Campaign {
	all := []estate.Campaign{}
	for _, k := range c.campaigns {
		k.Changes = len(k.points)
		slices.Sort(k.Accounts)
		all = append(all, k.Campaign)
	}
	slices.SortFunc(all, func(a, b estate.Campaign) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Key, b.Key))
	})
	return all
}
