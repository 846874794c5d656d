package picture

import (
	"context"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
)

// Onward returns the steps that every identity could take, and as whom every workload
// acts, whether an attacker gets there or not. The picture has them only where one does.
// What a taken workload reaches over the network is left out.
func (g *Gatherer) Onward(ctx context.Context, inventory Inventory, drawn *Picture, options Options) (*attack.Model, error) {
	a := &artist{
		options: options, directory: drawn.Directory, network: drawn.Network, steps: attack.NewBuilder(options.Table),
		workloads: g.workloads, profiles: g.profiles, byRole: map[string][]*workload{},
		refs: maps.Clone(drawn.refs), business: maps.Clone(drawn.business), admins: map[string]estate.Tri{}, seen: map[string]bool{},
		index: g.index, roots: g.roots, gathered: g, titles: map[string]string{},
	}
	a.ground = &ground{network: a.network, groups: map[string]bool{}, taken: map[place]bool{}, unread: g.unread}
	for i := range options.Rules {
		a.titles[options.Rules[i].ID] = options.Rules[i].Title
	}
	if err := a.readStores(inventory, g.stores); err != nil {
		return nil, err
	}
	a.know()
	a.engine = escalate.New(options.Rules, a.estate(), a.directory.Escalation())
	for _, id := range slices.Sorted(maps.Keys(a.workloads)) {
		a.seen[id] = true // nobody takes it here
		for _, role := range a.rolesOf(a.workloads[id]) {
			a.step(attack.Step{From: id, To: role, Kind: "runs-as", Label: a.name(id) + " acts as " + a.name(role)})
		}
	}
	for _, p := range a.directory.Principals() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if a.follow(p.ARN); a.err != nil {
			return nil, a.err
		}
	}
	return a.steps.Model(), nil
}
