package app

import (
	"slices"
	"time"

	frameworkfiles "github.com/stance-sec/stance/frameworks"
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/compliance"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/service/posture"
)

// Rulebook is what is judged by.
type Rulebook struct {
	Library    *policy.Library
	Frameworks []output.Framework
	// Catalog are the frameworks as they were written.
	Catalog []compliance.Framework
	Table   *risk.Table
}

func (o *NodeOptions) rulebook() (*Rulebook, error) {
	all, selected, err := o.Checks.Library()
	if err != nil {
		return nil, err
	}
	frameworks, err := Frameworks(o.Frameworks, all, selected)
	if err != nil {
		return nil, err
	}
	catalog, err := compliance.Load(frameworkfiles.FS, o.Frameworks, func(id string) bool { _, ok := all.Check(id); return ok })
	if err != nil {
		return nil, err
	}
	table, err := RiskTable(o.RiskTable)
	if err != nil {
		return nil, err
	}
	return &Rulebook{Library: selected, Frameworks: frameworks, Catalog: catalog, Table: table}, nil
}

// ranking makes what ranks the findings of one review.
func (r *Rulebook) ranking(now time.Time) (posture.Ranking, error) {
	return Priorities(r.Library.Checks(), r.Table, now)
}

// checksOf returns the checks that each framework asks for.
func (r *Rulebook) checksOf() map[string][]string {
	checks := map[string][]string{}
	for _, f := range r.Frameworks {
		seen := map[string]bool{}
		for _, requirement := range f.Requirements {
			for _, c := range requirement.Checks {
				if !seen[c] {
					seen[c] = true
					checks[f.ID] = append(checks[f.ID], c)
				}
			}
		}
	}
	return checks
}

// frameworksOf returns the frameworks that ask for each check, sorted.
func (r *Rulebook) frameworksOf() map[string][]string {
	frameworks := map[string][]string{}
	for framework, checks := range r.checksOf() {
		for _, c := range checks {
			frameworks[c] = append(frameworks[c], framework)
		}
	}
	for _, list := range frameworks {
		slices.Sort(list)
	}
	return frameworks
}
