package main

import (
	"github.com/stance-sec/stance/frameworks"
	"github.com/stance-sec/stance/internal/analysis/compliance"
)

// frameworksPage lists the requirements of every framework with the checks that answer them.
func frameworksPage(m *model, files pages) error {
	names, err := compliance.Names(frameworks.FS)
	if err != nil {
		return err
	}
	loaded, err := compliance.Load(frameworks.FS, names, func(id string) bool { _, ok := m.library.Check(id); return ok })
	if err != nil {
		return err
	}
	p := newPage("Frameworks")
	p.printf("The numbers are the originals', the words ours. `stance scan aws --compliance NAME` rolls findings up to requirements; what is manual and has checks is answered in part.\n")
	for _, f := range loaded {
		automated, answered := 0, 0
		for _, r := range f.Requirements {
			if r.Assessment == "automated" {
				automated++
				if len(r.Checks) > 0 {
					answered++
				}
			}
		}
		p.printf("\n## %s %s\n\n`%s`: %s, %d of them automated, of which %d have checks.\n\n", prose(f.Title), f.Version, f.ID, count(len(f.Requirements), "requirement"), automated, answered)
		p.table("requirement", "what it asks", "assessed", "checks")
		for _, r := range f.Requirements {
			p.row(r.ID, prose(r.Title), r.Assessment, codes(r.Checks))
		}
	}
	files["frameworks.md"] = p.bytes()
	return nil
}
