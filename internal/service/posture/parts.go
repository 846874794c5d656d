package posture

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store"
)

// How much is handed to the store at once, so that no transaction is long and no list
// follows the estate.
const (
	partResources = 2000
	partFindings  = 5000
)

// parts hands what was judged of one account to the store, some at a time.
type parts struct {
	keeper  *Keeper
	ctx     context.Context //nolint:containedctx // it lives for one run
	account account
	now     time.Time
	causes  map[store.Key]store.Cause

	// review is whether a review judges.
	review bool

	keys        []store.Key
	bodies      map[store.Key][sha256.Size]byte // of those that are not gone
	findings    []estate.Finding
	meanings    []store.Meaning
	transitions []store.Transition
}

// take keeps a part until there is enough for the store.
func (p *parts) take(part scan.Part) error {
	if p.bodies == nil {
		p.bodies = map[store.Key][sha256.Size]byte{}
	}
	business := make(map[string]*scan.Meaning, len(part.Resources))
	for i := range part.Resources {
		m := &part.Resources[i]
		business[m.ID] = m
		key := store.Key{Account: p.account.id, ID: m.ID}
		p.keys = append(p.keys, key)
		p.bodies[key] = m.Body
		p.meanings = append(p.meanings, store.Meaning{
			Key: key, Owner: m.Owner, Environment: m.Environment, Criticality: m.Criticality, DataClass: m.DataClass, Public: m.Public,
		})
	}
	for i := range part.Findings {
		f := part.Findings[i]
		f.Context = known(f.Context, business[f.Resource.ID])
		p.findings = append(p.findings, f)
	}
	if len(p.keys) >= partResources || len(p.findings) >= partFindings {
		return p.flush()
	}
	return nil
}

// known adds what is guessed of a resource to what was declared, for whom to tell.
func known(c *estate.Context, m *scan.Meaning) *estate.Context {
	if m == nil {
		return c
	}
	full := estate.Context{}
	if c != nil {
		full = *c
	}
	full.Owner, full.Environment, full.Criticality, full.DataClass = m.Owner, m.Environment, m.Criticality, m.DataClass
	return &full
}

// flush hands on what was kept.
func (p *parts) flush() error { return p.hand(store.Judged{}) }

// finish hands on what was kept and ends the judging of the whole account.
func (p *parts) finish(counts map[string]store.Verdicts) error {
	read, err := p.keeper.wasRead(p.ctx, p.account, p.now)
	if err != nil {
		return err
	}
	return p.hand(store.Judged{Whole: true, Counts: counts, Backlog: !read})
}

func (p *parts) hand(judged store.Judged) error {
	p.keeper.write.mu.Lock()
	defer p.keeper.write.mu.Unlock()
	if p.review {
		p.leaveFresh()
	}
	if len(p.keys) == 0 && !judged.Whole {
		return nil
	}
	if err := p.keeper.Store.Mean(p.ctx, p.meanings); err != nil {
		return err
	}
	judged.Cloud, judged.Account, judged.At = p.account.cloud, p.account.id, p.now
	judged.Keys, judged.Bodies, judged.Findings, judged.Causes = p.keys, p.bodies, p.findings, p.causes
	judged.Due = p.keeper.Due
	transitions, err := p.keeper.Store.Judge(p.ctx, judged)
	p.transitions = append(p.transitions, transitions...)
	clear(p.bodies)
	if !p.review && err == nil {
		p.keeper.write.settled(p.keys)
	}
	p.keys, p.findings, p.meanings = p.keys[:0], p.findings[:0], p.meanings[:0]
	return err
}

// leaveFresh leaves out what was judged by itself since the review began.
func (p *parts) leaveFresh() {
	fresh := p.keeper.write.fresh
	if len(fresh) == 0 {
		return
	}
	is := func(id string) bool { return fresh[store.Key{Account: p.account.id, ID: id}] }
	p.keys = slices.DeleteFunc(p.keys, func(k store.Key) bool { return fresh[k] })
	p.meanings = slices.DeleteFunc(p.meanings, func(m store.Meaning) bool { return fresh[m.Key] })
	p.findings = slices.DeleteFunc(p.findings, func(f estate.Finding) bool { return is(f.Resource.ID) })
}
