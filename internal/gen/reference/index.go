package main

import (
	"fmt"
	"maps"
	"slices"
)

// titles are what people call the clouds.
var titles = map[string]string{"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud", "any": "Every cloud"}

func typeIndex(m *model, files pages) error {
	p := newPage("Resource types")
	services := map[string]bool{}
	clouds := map[string]int{}
	for _, t := range m.types {
		services[string(t.cloud)+"/"+t.Service] = true
		clouds[string(t.cloud)]++
	}
	p.printf("%s of %s. What every resource has is in [resource.schema.json](../schema/resource.schema.json), what facets hold in [facets.md](facets.md).\n", count(len(m.types), "type"), count(len(services), "service"))
	var cloud, service string
	for _, t := range m.types {
		if string(t.cloud) != cloud {
			cloud, service = string(t.cloud), ""
			p.printf("\n## %s: %s\n", titles[cloud], count(clouds[cloud], "type"))
		}
		if t.Service != service {
			service = t.Service
			p.printf("\n**%s**\n\n", service)
		}
		p.printf("- [%s](%s.md), %s\n", t.Name, t.Name, count(len(m.judging(t)), "check"))
	}
	files["types/README.md"] = p.bytes()
	return nil
}

// facetPage explains the facets and the shapes that types of every cloud share.
func facetPage(m *model, files pages) error {
	p := newPage("Facets and shared shapes")
	p.printf("A facet is a view that types of every cloud can offer; a check written on it judges them all.\n\n")
	offering := map[string][]string{}
	for _, t := range m.types {
		for _, f := range t.facets {
			offering[f] = append(offering[f], fmt.Sprintf("[%s](%s.md)", t.Name, t.Name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.set.Facets)) {
		p.printf("- %s is [%s](#%s), offered by %s\n", code(name), shortName(m.set.Facets[name]), lower(shortName(m.set.Facets[name])), count(len(offering[name]), "type"))
	}
	p.printf("\n")
	for _, o := range m.set.Objects() {
		if shared(o) {
			p.printf("## %s\n\n%s\n\n", shortName(o), prose(m.comments.object(o)))
			m.fields(p, o)
		}
	}
	files["types/facets.md"] = p.bytes()
	return nil
}
