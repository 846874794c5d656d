package main

import (
	"path"
	"slices"
	"strings"

	"github.com/stance-sec/stance/checks"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/source"
)

// model is everything the pages speak of.
type model struct {
	set      *schema.Set
	library  *policy.Library
	types    []resourceType // by cloud, service and name
	groups   []group        // checks by cloud and service
	comments comments
}

// resourceType is a type with what stands beside it.
type resourceType struct {
	source.Info
	cloud  estate.Cloud
	config *schema.ObjectType
	facets []string
}

// group is the checks of one folder.
type group struct {
	cloud, service string
	checks         []estate.Check
}

func load() (*model, error) {
	set, err := app.Schema()
	if err != nil {
		return nil, err
	}
	library, _, err := app.Checks{}.Library()
	if err != nil {
		return nil, err
	}
	m := &model{set: set, library: library}
	if m.comments, err = readComments("internal/source", "internal/estate"); err != nil {
		return nil, err
	}
	m.types = slices.Concat(typesOf(estate.AWS, app.AWSKinds()), typesOf(estate.Azure, app.AzureKinds()), typesOf(estate.GCP, app.GCPKinds()))
	for i := range m.types {
		t := &m.types[i]
		t.config = set.Configs[t.Name]
		if t.facets, err = facetsOf(t); err != nil {
			return nil, err
		}
	}
	m.groups, err = groupsOf(library)
	return m, err
}

func typesOf[S source.Session](cloud estate.Cloud, kinds []source.Kind[S]) []resourceType {
	var types []resourceType
	for _, k := range kinds {
		types = append(types, resourceType{Info: k.Info(), cloud: cloud})
	}
	slices.SortFunc(types, func(a, b resourceType) int {
		return strings.Compare(a.Service+" "+a.Name, b.Service+" "+b.Name)
	})
	return types
}

// groupsOf sorts the checks by the folder they lie in.
func groupsOf(library *policy.Library) ([]group, error) {
	sources, err := policy.Load(checks.FS, ".")
	if err != nil {
		return nil, err
	}
	var groups []group
	for _, s := range sources { // sorted by path
		cloud, service := path.Split(path.Dir(s.Path))
		cloud = path.Base(cloud)
		if n := len(groups); n == 0 || groups[n-1].cloud != cloud || groups[n-1].service != service {
			groups = append(groups, group{cloud: cloud, service: service})
		}
		g := &groups[len(groups)-1]
		for _, id := range s.CheckIDs() {
			if c, ok := library.Check(id); ok && c.ID == id {
				g.checks = append(g.checks, c)
			}
		}
	}
	for i := range groups {
		slices.SortFunc(groups[i].checks, func(a, b estate.Check) int { return strings.Compare(a.ID, b.ID) })
	}
	return slices.DeleteFunc(groups, func(g group) bool { return len(g.checks) == 0 }), nil
}

// judging returns the checks that judge a type: its own and those of its facets.
func (m *model) judging(t resourceType) []estate.Check {
	found := m.library.ForType(t.Name)
	for _, c := range m.library.Checks() {
		if c.Facet != "" && slices.Contains(t.facets, c.Facet) {
			found = append(found, c)
		}
	}
	return found
}
