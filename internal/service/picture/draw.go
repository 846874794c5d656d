package picture

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/issue"
	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
)

// Inventory is a saved run.
type Inventory = scan.Inventory

// Options say by what an estate is drawn.
type Options struct {
	Table *risk.Table
	Rules []escalate.Rule
	// Overlay says what resources mean to their owners and whether they are public.
	Overlay *enrich.Overlay
	Now     time.Time
	// Pairs is up to how many pairs of an identity and a store each has a step of its own,
	// as people see it best; beyond it, those alike share one. 0 means a million.
	Pairs int
}

// Picture is an estate as an attacker sees it. It never changes.
type Picture struct {
	Model     *attack.Model
	Network   *reach.Network
	Directory *access.Directory
	// refs and business say what resources on the way are and what they mean, by id.
	refs     map[string]estate.Ref
	business map[string]estate.Business
	index    *issue.Index
	ground   *ground
	stores   []*store
	left     int
}

// mostWork bounds the work of one picture, identities nearest to where attackers begin
// first: more would take minutes.
const mostWork = 120_000 * traced

// What questions about access cost, in units of the cheapest.
const (
	quick  = 100
	traced = 400
	fixing = 3 * traced
)

// counted counts the questions of escalation rules.
type counted struct {
	access.Escalation

	work *int
}

// May implements escalate.Access.
func (c counted) May(q escalate.Question) escalate.Answer {
	*c.work += traced / 4
	return c.Escalation.May(q)
}

// Draw joins what was gathered. It reads the inventory's data stores once more.
func (g *Gatherer) Draw(ctx context.Context, inventory Inventory, options Options) (*Picture, error) {
	a := g.artist(g.access.Directory(), g.network.Build(), options)
	stores, err := a.readStores(inventory, g.stores)
	if err != nil {
		return nil, err
	}
	a.begin(stores)
	a.enterByNetwork()
	a.enterByTrust()
	a.enterBySignIn()
	a.enterByRoot()
	a.enterByData()
	for len(a.queue) > 0 && !a.full() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		next := a.queue[0]
		a.queue = a.queue[1:]
		a.follow(next)
	}
	a.profit()
	if a.err != nil {
		return nil, a.err
	}
	return &Picture{
		Model: a.steps.Model(), Network: a.network, Directory: a.directory,
		refs: a.refs, business: a.business, index: g.index, ground: a.ground, stores: stores, left: a.left(),
	}, nil
}

// know notes what workloads and principals are called.
func (a *artist) know() {
	for _, p := range a.directory.Principals() {
		a.refs[p.ARN] = estate.Ref{ID: p.ARN, Type: "aws_iam_" + string(p.Kind), Cloud: estate.AWS, Account: p.Account, Region: "global", Name: p.Name}
	}
	for id, w := range a.gathered.workloads {
		a.refs[id] = w.ref
	}
}

// rolesOf returns the roles whose rights a workload has, profiles resolved.
func (a *artist) rolesOf(w *workload) []string {
	var roles []string
	for _, id := range w.runsAs {
		if inside, ok := a.gathered.profiles[id]; ok {
			roles = append(roles, inside...)
			continue
		}
		roles = append(roles, id)
	}
	return roles
}

// estate is what escalation rules are held against.
func (a *artist) estate() *escalate.Estate {
	hosted := map[string]bool{}
	for _, roles := range a.gathered.profiles {
		for _, r := range roles {
			hosted[r] = true
		}
	}
	e := &escalate.Estate{Nodes: a.directory.Nodes(func(p *access.Principal) bool { return a.admin(p.ARN) == estate.Yes }, hosted)}
	if management := a.directory.Management(); management != "" {
		e.SSOAccounts = append([]string{management}, a.gathered.ssoAdmins...)
	}
	for _, id := range slices.Sorted(maps.Keys(a.gathered.workloads)) {
		w := a.gathered.workloads[id]
		for _, role := range a.rolesOf(w) {
			e.Workloads = append(e.Workloads, escalate.Workload{ARN: id, Type: w.ref.Type, Account: w.ref.Account, Role: role, Facts: a.hostFacts(w)})
		}
	}
	return e
}

// meaning is what a workload or an account means to its owners.
func (a *artist) meaning(id string) estate.Business {
	if b, ok := a.business[id]; ok {
		return b
	}
	line := []byte(nil)
	if w := a.gathered.workloads[id]; w != nil {
		line = w.header
	} else if ref, ok := a.refs[id]; ok {
		line, _ = json.Marshal(ref) // texts always marshal
	}
	b, err := a.options.Overlay.NewReader().Business(line)
	if err != nil {
		b = estate.Business{} // nothing is known of it
	}
	a.business[id] = b
	return b
}

// hostFacts tells whether Systems Manager reaches a machine.
func (a *artist) hostFacts(w *workload) escalate.Facts {
	if w.ref.Type != "aws_instance" || a.gathered.unmanaged[w.ref.Account] {
		return escalate.Facts{}
	}
	_, short, _ := strings.Cut(w.ref.ID, "instance/")
	return escalate.Facts{escalate.Managed: estate.TriOf(a.gathered.managed[w.ref.Account+"/"+short])}
}

// accountRef names an account as the organisation does.
func (a *artist) accountRef(id string) estate.Ref {
	name := a.options.Overlay.AccountName(id)
	if name == "" {
		name = id
	}
	return estate.Ref{ID: rootOf(id), Type: "aws_account", Cloud: estate.AWS, Account: id, Region: "global", Name: name}
}
