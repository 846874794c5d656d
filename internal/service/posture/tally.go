package posture

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store"
)

// mostOwners is how many owners have a course of their own: those with most findings.
const mostOwners = 500

// tally counts what the course of the estate and its parts is made of.
type tally struct {
	keeper   *Keeper
	weight   map[string]float64
	severity map[string]string
	points   map[string]*sum
}

// sum is one group's.
type sum struct {
	point         store.Point
	good, decided float64 // by weight of severity
}

func newTally(k *Keeper) *tally {
	t := &tally{keeper: k, weight: map[string]float64{}, severity: map[string]string{}, points: map[string]*sum{}}
	for _, c := range k.Library.Checks() {
		t.weight[c.ID], t.severity[c.ID] = weightOf(c.Severity), string(c.Severity)
	}
	return t
}

// weightOf is what a verdict of a check counts in the posture score.
func weightOf(s estate.Severity) float64 {
	switch s {
	case estate.Critical:
		return 10
	case estate.High:
		return 5
	case estate.Medium:
		return 2
	case estate.Low:
		return 1
	default:
		return 0
	}
}

func (t *tally) of(group string) *sum {
	s := t.points[group]
	if s == nil {
		s = &sum{point: store.Point{Findings: map[string]int{}}}
		t.points[group] = s
	}
	return s
}

// part counts resources and findings by owner.
func (t *tally) part(a account, p *scan.Part) {
	owner := make(map[string]string, len(p.Resources))
	for i := range p.Resources {
		owner[p.Resources[i].ID] = p.Resources[i].Owner
		for _, group := range groups(a, p.Resources[i].Owner) {
			t.of(group).point.Resources++
		}
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		for _, group := range groups(a, owner[f.Resource.ID]) {
			s := t.of(group)
			if f.Status == estate.UnknownStatus {
				s.point.Unknown++
				continue
			}
			s.point.Findings[string(f.Severity)]++
		}
	}
}

func groups(a account, owner string) []string {
	all := []string{"", "account:" + a.id}
	if owner != "" {
		all = append(all, "owner:"+owner)
	}
	return all
}

// account adds the verdicts of an account, and of the frameworks that ask for them.
func (t *tally) account(a account, counts map[string]store.Verdicts) {
	for check, v := range counts {
		t.of("").add(t.weight[check], v)
		t.of("account:"+a.id).add(t.weight[check], v)
	}
	for framework, checks := range t.keeper.Frameworks {
		s := t.of("framework:" + framework)
		for _, check := range checks {
			v := counts[check]
			s.add(t.weight[check], v)
			if v.Fail > 0 {
				s.point.Findings[t.severity[check]] += v.Fail
			}
			s.point.Unknown += v.Unknown
		}
	}
}

func (s *sum) add(weight float64, v store.Verdicts) {
	s.good += weight * float64(v.Pass)
	s.decided += weight * float64(v.Pass+v.Fail)
}

// mark writes a point for each group.
func (t *tally) mark(ctx context.Context, now time.Time, list *estate.Priorities) error {
	t.of("").point.Risk = list.Risk
	for i := range list.Issues {
		issue := &list.Issues[i]
		t.of("").point.Issues++
		if issue.Owner != "" {
			s := t.of("owner:" + issue.Owner)
			s.point.Issues++
			s.point.Risk += issue.Score.Value
		}
	}
	owners := 0
	for _, group := range t.worstFirst() {
		if len(group) > 6 && group[:6] == "owner:" {
			if owners++; owners > mostOwners {
				continue
			}
		}
		s := t.points[group]
		p := s.point
		p.At = now
		if s.decided > 0 {
			score := 100 * s.good / s.decided
			p.Score = &score
		}
		if err := t.keeper.Store.Mark(ctx, group, p); err != nil {
			return err
		}
	}
	return nil
}

// worstFirst returns the groups, those with most findings first.
func (t *tally) worstFirst() []string {
	open := func(group string) int {
		n := 0
		for _, count := range t.points[group].point.Findings {
			n += count
		}
		return n
	}
	names := slices.Sorted(maps.Keys(t.points))
	slices.SortStableFunc(names, func(a, b string) int { return open(b) - open(a) })
	return names
}
