package scan

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// Standing is what has to be known of the whole estate to judge some of it: what lies over
// other resources. It never changes and may be shared.
type Standing struct {
	overlay *enrich.Overlay
	over    map[string]bool
}

// Over reports whether resources of a type lie over others: after a change of one, a new
// Standing is needed, and what lies below is judged anew.
func (s *Standing) Over(kind string) bool { return s.over[kind] }

// AccountName returns what the organisation calls an account; empty where that was not
// read.
func (s *Standing) AccountName(id string) string { return s.overlay.AccountName(id) }

// Stand reads an estate once for what lies over other resources. Run finds out the same on
// its way: see Judge.Stood.
func (j *Judge) Stand(inventory Inventory) (*Standing, error) {
	return j.stand(inventory, func(estate.Scope, []byte) error { return nil })
}

// stand shows each line to observe, too.
func (j *Judge) stand(inventory Inventory, observe func(estate.Scope, []byte) error) (*Standing, error) {
	observer, over := enrich.NewObserver(), map[string]bool{}
	err := lines(inventory, func(scope estate.Scope, line []byte) error {
		if err := observe(scope, line); err != nil || !enrich.Overlies(line) {
			return err
		}
		over[scope.Type] = true
		return observer.Observe(line)
	})
	if err != nil {
		return nil, err
	}
	return &Standing{overlay: observer.Overlay(j.Mapping, j.Now), over: over}, nil
}

// Some is a part of an account that is judged anew.
type Some struct {
	Cloud   estate.Cloud
	Account string
	// Types are those of which resources or coverage changed.
	Types []string
	// Whole has every resource of the account judged.
	Whole bool
	// Changed yields the resources that changed, as JSON lines.
	Changed func(yield func(estate.Scope, []byte) error) error
}

// Concerned returns the types whose verdicts hang on others of the account that changed:
// every resource of them has to be judged anew.
func (j *Judge) Concerned(of *Some, coverage []estate.Coverage) map[string]bool {
	concerned := map[string]bool{}
	for _, c := range coverage {
		if c.Cloud != of.Cloud || c.Account != of.Account || concerned[c.Type] {
			continue
		}
		collects := func(kind string) bool { return slices.Contains(of.Types, kind) || slices.Contains(of.Types, "*") }
		if of.Whole || slices.ContainsFunc(j.Library.CollectionsFor(c.Type), collects) {
			concerned[c.Type] = true
		}
	}
	return concerned
}

// RunSome judges what a change concerns, each resource once, and hands on one after the
// other. Passing verdicts are left out.
func (j *Judge) RunSome(ctx context.Context, inventory Inventory, standing *Standing, of *Some, found func(Part) error) error {
	all := j.Concerned(of, inventory.Coverage())
	survey := &survey{overlay: standing.overlay, wanted: j.Library.Collections(), collections: map[account]policy.Collections{}}
	global := globalTypes(inventory.Coverage())
	var scopes []estate.Scope
	for _, c := range inventory.Coverage() {
		if c.Cloud != of.Cloud || c.Account != of.Account {
			continue
		}
		survey.cover(c, survey.wanted, global)
		if all[c.Type] {
			scopes = append(scopes, c.Scope)
		}
	}
	slices.SortFunc(scopes, func(a, b estate.Scope) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Region, b.Region))
	})
	judged := &partJudge{judge: j, survey: survey, of: of, found: found}
	if err := judged.prepare(inventory, all); err != nil {
		return err
	}
	for _, scope := range scopes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := inventory.Each(scope, func(line []byte) error { return judged.line(scope, line) }); err != nil {
			return err
		}
	}
	return of.Changed(func(scope estate.Scope, line []byte) error {
		if all[scope.Type] {
			return nil
		}
		return judged.line(scope, line)
	})
}

// partJudge judges lines of one account one after another.
type partJudge struct {
	judge       *Judge
	survey      *survey
	of          *Some
	found       func(Part) error
	evaluator   *policy.Evaluator
	context     *enrich.Reader
	collections policy.Collections
	findings    []estate.Finding
}

func (p *partJudge) prepare(inventory Inventory, all map[string]bool) error {
	p.evaluator = p.judge.Library.NewEvaluator(p.judge.Now)
	p.evaluator.SkipPass = true
	p.evaluator.Trust(p.survey.overlay.Accounts(), p.survey.overlay.AccountsUnread)
	p.context = p.survey.overlay.NewReader()
	types := maps.Clone(all)
	for _, t := range p.of.Types {
		types[t] = true
	}
	var err error
	p.collections, err = p.survey.gatherFor(inventory, p.judge.Library, account{p.of.Cloud, p.of.Account}, types)
	return err
}

func (p *partJudge) line(scope estate.Scope, line []byte) error {
	p.findings = p.findings[:0]
	keep := func(f estate.Finding) error {
		if p.judge.Amend != nil {
			p.judge.Amend(&f)
		}
		p.findings = append(p.findings, f)
		return nil
	}
	m := Meaning{Body: sha256.Sum256(line)}
	if _, err := p.evaluator.EvaluateWith(line, m.fill(p.context), p.collections, keep); err != nil {
		return err
	}
	var err error
	if m.Business, err = p.context.Business(line); err != nil {
		return err
	}
	return p.found(Part{Scope: scope, Resources: []Meaning{m}, Findings: p.findings})
}
