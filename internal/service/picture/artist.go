package picture

import (
	"slices"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// artist draws one picture.
type artist struct {
	options   Options
	directory *access.Directory
	network   *reach.Network
	engine    *escalate.Engine
	steps     *attack.Builder
	stores    []*store
	shelves   *shelves
	work      int
	cut       bool // whether the identity at hand was not followed to the end
	added     int  // steps
	// sharing is who stands for others with the same policies at the moment: what would
	// change it alone cuts none of their steps.
	sharing  string
	wishes   wishes
	refs     map[string]estate.Ref
	business map[string]estate.Business
	admins   map[string]estate.Tri
	gathered *Gatherer
	ground   *ground
	seen     map[string]bool
	queue    []string // principals that an attacker may become
	titles   map[string]string
	needed   map[string]map[string]bool // of each rule, the actions without which it is closed
	holders  map[string][]string        // of each policy and group, the principals that have it
	// chain is who becomes whom, and written what is decided about others.
	chain   escalate.Chain
	written []written
	err     error
}

// artist prepares a drawing: what rules and resources are called, and who has which
// policies.
func (g *Gatherer) artist(directory *access.Directory, network *reach.Network, options Options) *artist {
	a := &artist{
		options: options, directory: directory, network: network, steps: attack.NewBuilder(options.Table), gathered: g,
		refs: map[string]estate.Ref{}, business: map[string]estate.Business{}, admins: map[string]estate.Tri{}, seen: map[string]bool{},
		ground: &ground{network: network, groups: map[string]bool{}, taken: map[place]bool{}, unread: g.unread},
		titles: map[string]string{}, needed: neededBy(options.Rules), holders: holders(directory), wishes: wishes{directory: directory},
	}
	for i := range options.Rules {
		a.titles[options.Rules[i].ID] = options.Rules[i].Title
	}
	return a
}

// begin takes the stores and makes the rules ready.
func (a *artist) begin(stores []*store) {
	a.stores = stores
	a.sortStores()
	a.know()
	a.engine = escalate.New(a.options.Rules, a.estate(), counted{a.directory.Escalation(), &a.work})
}

// left returns how many identities were not followed to the end.
func (a *artist) left() int {
	if a.cut {
		return len(a.queue) + 1
	}
	return len(a.queue)
}

// full reports whether the drawing has cost what it may, or failed.
func (a *artist) full() bool { return a.work >= mostWork || a.err != nil }

// step adds a step; the first error ends the drawing.
func (a *artist) step(s attack.Step) {
	if a.err == nil {
		if a.added++; a.sharing != "" {
			own := a.fix(narrowPolicy, a.sharing)
			s.Fixes = slices.DeleteFunc(s.Fixes, func(k estate.FixKey) bool { return k == own })
		}
		a.err = a.steps.Add(s)
	}
}

// become notes that an attacker may act as a principal of the estate.
func (a *artist) become(arn string) {
	if !a.seen[arn] && a.directory.Principal(arn) != nil {
		a.seen[arn] = true
		a.queue = append(a.queue, arn)
	}
}
