package policytest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// Sweep judges every case with collections again, each time with a part of one
// collection lost. A part that is lost may make a verdict unknown and never turns it
// round; and when it lies in another region than the resource it changes nothing, where
// both types are regional. Failures say where that is not so, sorted by place; swept
// counts the judgements.
func Sweep(fsys fs.FS, root string, set *schema.Set, regional func(resourceType string) bool) (failures []Failure, swept int, err error) {
	r, sources, err := newRunner(fsys, root, set)
	if err != nil {
		return nil, 0, err
	}
	s := &sweep{regional: regional}
	for i := range sources {
		data, err := fs.ReadFile(fsys, casesOf(&sources[i]))
		if err != nil || sources[i].Deprecated() {
			continue // which Run reports
		}
		s.file = r.file(&sources[i])
		for _, c := range s.file.decode(data) {
			s.sweep(c)
		}
	}
	slices.SortStableFunc(s.failures, byPlace)
	return s.failures, s.judged, nil
}

type sweep struct {
	*file
	regional func(string) bool
	failures []Failure
	judged   int
}

func (s *sweep) sweep(c *testCase) {
	id, ok := s.check(c)
	if !ok || len(c.collections) == 0 {
		return
	}
	var r struct{ Type, Region string }
	if json.Unmarshal(c.stored, &r) != nil {
		return
	}
	before := s.judge(c, id, c.collections)
	for _, kind := range slices.Sorted(maps.Keys(c.collections)) {
		for _, region := range []string{"xx-elsewhere-1", r.Region} {
			apart := region != r.Region && s.regional(r.Type) && s.regional(kind)
			after := s.judge(c, id, without(c.collections, kind, region))
			if after != before && (apart || after != estate.UnknownStatus) {
				s.failures = append(s.failures, Failure{s.path, c.line, id, c.name, fmt.Sprintf("is %s, and %s once %s in %s is lost", before, after, kind, region)})
			}
		}
	}
}

// judge returns the verdict on a case; what cannot be judged, Run reports.
func (s *sweep) judge(c *testCase, id string, cols policy.Collections) estate.Status {
	s.judged++
	lib, err := s.library(c, id)
	if err != nil {
		return ""
	}
	var found []estate.Finding
	_, err = lib.NewEvaluator(c.now).Evaluate(c.stored, c.context, cols, func(x estate.Finding) error {
		found = append(found, x)
		return nil
	})
	if err != nil {
		return ""
	}
	status, _ := summary(found)
	return status
}

// without returns collections of which one type could not be read in a region.
func without(all policy.Collections, kind, region string) policy.Collections {
	out := maps.Clone(all)
	lost := policy.Lost{Region: region, Why: estate.Unknown{Path: kind + " in " + region, Reason: estate.Denied}}
	out[kind] = &policy.Collection{Resources: all[kind].Resources, Lost: append(slices.Clone(all[kind].Lost), lost)}
	return out
}
