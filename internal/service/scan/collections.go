package scan

import (
	"bytes"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// account names an account of a cloud.
type account struct {
	cloud estate.Cloud
	id    string
}

// survey is what the first pass over a run finds out: what lies over other resources,
// and which collections are whole. The collections themselves are read account by
// account, so that memory follows the largest account and not the estate.
type survey struct {
	overlay     *enrich.Overlay
	wanted      []string
	collections map[account]policy.Collections
}

// takeSurvey reads the run once.
func (j *Judge) takeSurvey(reader Inventory) (*survey, error) {
	s := &survey{wanted: j.Library.Collections(), collections: map[account]policy.Collections{}}
	global := globalTypes(reader.Coverage())
	for _, line := range reader.Coverage() {
		s.cover(line, s.wanted, global)
	}
	if j.Priorities != nil {
		for _, line := range reader.Coverage() {
			j.Priorities.Lost(line)
		}
	}
	standing, err := j.stand(reader, func(scope estate.Scope, line []byte) error {
		if j.Priorities == nil {
			return nil
		}
		return j.Priorities.Observe(scope, line)
	})
	if err != nil {
		return nil, err
	}
	s.overlay = standing.overlay
	if j.Stood != nil {
		j.Stood(standing)
	}
	return s, nil
}

// gather reads the collections that checks of the account's resources ask for.
func (s *survey) gather(reader Inventory, library *policy.Library, of account) (policy.Collections, error) {
	return s.gatherFor(reader, library, of, typesIn(coverageOf(reader, of)))
}

func coverageOf(reader Inventory, of account) []estate.Coverage {
	return slices.DeleteFunc(slices.Clone(reader.Coverage()), func(c estate.Coverage) bool {
		return account{c.Cloud, c.Account} != of
	})
}

// gatherFor reads the collections that checks of resources of some types ask for.
func (s *survey) gatherFor(reader Inventory, library *policy.Library, of account, types map[string]bool) (policy.Collections, error) {
	needed := map[string]bool{}
	for kind := range types {
		for _, t := range library.CollectionsFor(kind) {
			needed[t] = true
		}
	}
	gathered := policy.Collections{}
	for kind, c := range s.collections[of] {
		if needed[kind] {
			gathered[kind] = &policy.Collection{Lost: c.Lost}
		}
	}
	for _, c := range coverageOf(reader, of) {
		into := gathered[c.Type]
		if into == nil {
			continue
		}
		err := reader.Each(c.Scope, func(line []byte) error {
			into.Resources = append(into.Resources, bytes.Clone(line))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return gathered, nil
}

// typesIn returns the types of which there may be resources: a store keeps those of a scope
// that could not be read again.
func typesIn(coverage []estate.Coverage) map[string]bool {
	types := map[string]bool{}
	for _, c := range coverage {
		if c.Resources > 0 || c.Status == estate.CoverageFailed {
			types[c.Type] = true
		}
	}
	return types
}

// cover takes in a line of the ledger: a collection is whole when it was asked for in the
// account and no scope of it was lost. A region that was lost takes nothing from types
// that have no region.
func (s *survey) cover(line estate.Coverage, wanted []string, global map[string]bool) {
	types := []string{line.Type}
	if line.Type == "*" {
		types = wanted
	}
	for _, t := range types {
		if !slices.Contains(wanted, t) || line.Type == "*" && line.Region != "*" && global[t] {
			continue
		}
		c := s.collection(account{line.Cloud, line.Account}, t)
		if line.Complete() || line.Status == estate.CoverageSkipped && line.Reason == estate.NotEnabled {
			continue
		}
		lost := policy.Lost{Why: estate.Unknown{Path: t + " in " + line.Region, Reason: line.Reason, Detail: line.Detail}}
		if line.Region != "*" && line.Region != "global" {
			lost.Region = line.Region
		}
		if len(line.Permissions) > 0 {
			lost.Why.Permission = line.Permissions[0]
		}
		c.Lost = append(c.Lost, lost)
	}
}

// globalTypes returns the types that the ledger has without a region.
func globalTypes(coverage []estate.Coverage) map[string]bool {
	types := map[string]bool{}
	for _, c := range coverage {
		if c.Region == "global" {
			types[c.Type] = true
		}
	}
	return types
}

func (s *survey) collection(of account, kind string) *policy.Collection {
	if s.collections[of] == nil {
		s.collections[of] = policy.Collections{}
	}
	if s.collections[of][kind] == nil {
		s.collections[of][kind] = &policy.Collection{}
	}
	return s.collections[of][kind]
}
