package collect

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
)

// spread hands what a task emits to the scopes of its accounts. It may be used
// concurrently.
type spread struct {
	sink Sink
	task Task

	mu     sync.Mutex
	open   map[string]*tally
	failed error
}

// tally returns the open scope of an account, opening it first.
func (s *spread) tally(account string) (*tally, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.open[account]; ok {
		return t, nil
	}
	scope := s.task.Scope
	scope.Account = account
	out, err := s.sink.Begin(scope)
	if err != nil {
		s.failed = err
		return nil, err
	}
	s.open[account] = &tally{out: out}
	return s.open[account], nil
}

func (s *spread) add(r *estate.Resource) error {
	account := s.task.Scope.Account
	if s.task.Accounts != nil {
		account = r.Account
		if !slices.Contains(s.task.Accounts, account) {
			return nil
		}
	}
	t, err := s.tally(account)
	if err != nil {
		return err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := t.out.Add(r.ID, line); err != nil {
		s.mu.Lock()
		s.failed = err
		s.mu.Unlock()
		return err
	}
	t.count(r)
	return nil
}

// refused returns the error of the sink, if it ever gave one.
func (s *spread) refused() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

func (s *spread) abort() error {
	var errs []error
	for _, t := range s.open {
		errs = append(errs, t.out.Abort())
	}
	return errors.Join(errs...)
}

// tally counts what one scope holds.
type tally struct {
	out Scope

	mu        sync.Mutex
	resources int
	unknowns  int
	first     estate.Unknown // of the unknowns, in the order of weight
	needs     []string
}

// count takes in a resource. What its type never asks for, such as tags that no call
// tells, stays unknown of the resource and takes nothing from the scope: no permission
// and no other scan would answer it.
func (t *tally) count(r *estate.Resource) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.resources++
	for _, u := range r.Unknown {
		if u.Reason == estate.Uncollected {
			continue
		}
		if t.unknowns++; t.unknowns == 1 || weight(u, t.first) < 0 {
			t.first = u
		}
		if u.Permission != "" && !slices.Contains(t.needs, u.Permission) {
			t.needs = append(t.needs, u.Permission)
		}
	}
}

// weight orders unknowns by what a reader can do about them, whatever order they came
// in: what a permission would answer stands first.
func weight(a, b estate.Unknown) int {
	later := func(u estate.Unknown) int {
		if u.Permission == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(later(a), later(b)), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Detail, b.Detail))
}

func (t *tally) describe(line *estate.Coverage) {
	line.Status, line.Resources, line.Unknowns = estate.CoverageOK, t.resources, t.unknowns
	if t.unknowns > 0 {
		slices.Sort(t.needs)
		line.Status, line.Reason, line.Permissions = estate.CoveragePartial, t.first.Reason, t.needs
		line.Detail = t.first.Path + " and others could not be read: " + inWords(t.first.Reason, t.first.Detail)
		if t.unknowns == 1 {
			line.Detail = t.first.Path + " could not be read: " + inWords(t.first.Reason, t.first.Detail)
		}
	}
}
