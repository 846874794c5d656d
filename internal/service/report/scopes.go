package report

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// scopes are the lines of a ledger: whether each scope was listed whole, by type in an
// account and then by region.
type scopes map[place]map[string]bool

type place struct {
	cloud         estate.Cloud
	account, kind string
}

func (s scopes) add(c estate.Coverage) {
	p := place{c.Cloud, c.Account, c.Type}
	if s[p] == nil {
		s[p] = map[string]bool{}
	}
	s[p][c.Region] = c.Complete()
}

// complete reports whether the absence of the resource proves that it is gone. Before is
// the ledger of the report that had the resource: where it lists the region on its own,
// so must s. What a scope such as global lists for all regions is complete when every
// scope of the type in the account is.
func (s scopes) complete(r estate.Ref, before scopes) bool {
	p := place{r.Cloud, r.Account, r.Type}
	if whole, listed := s[p][r.Region]; listed {
		return whole
	}
	if _, own := before[p][r.Region]; own {
		return false
	}
	for _, whole := range s[p] {
		if !whole {
			return false
		}
	}
	return len(s[p]) > 0
}

// pass is a handler made of functions; those that are nil do nothing.
type pass struct {
	begin    func(output.Run)
	coverage func(estate.Coverage)
	finding  func(*estate.Finding) error
}

func (p *pass) Begin(run output.Run) error {
	if p.begin != nil {
		p.begin(run)
	}
	return nil
}

func (p *pass) Coverage(c estate.Coverage) error {
	if p.coverage != nil {
		p.coverage(c)
	}
	return nil
}

func (p *pass) Finding(f *estate.Finding) error { return p.finding(f) }

func (p *pass) End(output.Summary) error { return nil }
