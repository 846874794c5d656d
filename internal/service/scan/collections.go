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
// and the collections that checks ask for.
type survey struct {
	overlay     *enrich.Overlay
	collections map[account]policy.Collections
}

// takeSurvey reads the run once.
func (j *Judge) takeSurvey(reader Inventory) (*survey, error) {
	observer := enrich.NewObserver()
	wanted := j.Library.Collections()
	s := &survey{collections: map[account]policy.Collections{}}
	for _, line := range reader.Coverage() {
		s.cover(line, wanted)
	}
	err := lines(reader, func(scope estate.Scope, line []byte) error {
		if slices.Contains(wanted, scope.Type) {
			c := s.collection(account{scope.Cloud, scope.Account}, scope.Type)
			c.Resources = append(c.Resources, bytes.Clone(line))
		}
		return observer.Observe(line)
	})
	if err != nil {
		return nil, err
	}
	s.overlay = observer.Overlay(j.Mapping, j.Now)
	return s, nil
}

// cover takes in a line of the ledger: a collection is complete when it was asked for
// in the account and no scope of it was lost.
func (s *survey) cover(line estate.Coverage, wanted []string) {
	types := []string{line.Type}
	if line.Type == "*" {
		types = wanted
	}
	for _, t := range types {
		if !slices.Contains(wanted, t) {
			continue
		}
		c := s.collection(account{line.Cloud, line.Account}, t)
		if line.Complete() || line.Status == estate.CoverageSkipped && line.Reason == estate.NotEnabled {
			continue
		}
		c.Complete = false
		u := estate.Unknown{Path: t + " in " + line.Region, Reason: line.Reason, Detail: line.Detail}
		if len(line.Permissions) > 0 {
			u.Permission = line.Permissions[0]
		}
		c.Unknown = append(c.Unknown, u)
	}
}

func (s *survey) collection(of account, kind string) *policy.Collection {
	if s.collections[of] == nil {
		s.collections[of] = policy.Collections{}
	}
	if s.collections[of][kind] == nil {
		s.collections[of][kind] = &policy.Collection{Complete: true}
	}
	return s.collections[of][kind]
}
