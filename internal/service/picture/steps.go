package picture

import (
	"context"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
)

// Onward returns the steps that every identity could take, and as whom every workload
// acts, whether an attacker gets there or not. The picture has them only where one does.
// What a taken workload reaches over the network is left out. Left is how many identities
// were not followed, here and in the picture, because there was too much to ask.
func (g *Gatherer) Onward(ctx context.Context, drawn *Picture, options Options) (steps *attack.Model, left int, err error) {
	a := g.artist(drawn.Directory, drawn.Network, options)
	a.refs, a.business = maps.Clone(drawn.refs), maps.Clone(drawn.business)
	a.begin(drawn.stores)
	for _, id := range slices.Sorted(maps.Keys(a.gathered.workloads)) {
		a.seen[id] = true // nobody takes it here
		for _, role := range a.rolesOf(a.gathered.workloads[id]) {
			a.step(attack.Step{From: id, To: role, Kind: "runs-as", Label: a.name(id) + " acts as " + a.name(role)})
		}
	}
	all := a.directory.Principals()
	for i, p := range all {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if a.full() {
			left = len(all) - i
			break
		}
		if a.follow(p.ARN); a.err != nil {
			return nil, 0, a.err
		}
	}
	if a.profit(); a.err != nil {
		return nil, 0, a.err
	}
	if a.cut {
		left++
	}
	return a.steps.Model(), drawn.left + left, nil
}
