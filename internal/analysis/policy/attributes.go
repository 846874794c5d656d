package policy

import (
	"slices"
	"strings"
)

// Attribute is an attribute that a check reads, of its own resource or of one it
// collects.
type Attribute struct {
	// Type is the resource type; empty in a check of a facet, whose resources are of
	// any type that offers the facet.
	Type string
	// Path is the path in the config, such as logging.target or rules[].cidrs; it
	// starts with facets. or context. for what stands there, and is the bare name
	// for tags, created and relations.
	Path string
}

// Attributes returns what the expressions of a check can read, sorted and without
// doubles; nil when there is no such check. A path stands for all below it too.
// What a resource is known by (id, type, cloud, account, region, name) is left out.
func (l *Library) Attributes(id string) []Attribute {
	c := l.byName[id]
	if c == nil {
		return nil
	}
	r := &reader{vars: map[string][]Attribute{"resource": {{Type: c.Type}}}, found: map[Attribute]bool{}}
	if c.Facet != "" {
		r.facets = l.engine.shapes.set.Facets
	}
	for _, col := range c.collect {
		r.vars[col.name] = []Attribute{{Type: col.resourceType}}
	}
	r.check(c)
	out := make([]Attribute, 0, len(r.found))
	for a := range r.found {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Attribute) int {
		if a.Type != b.Type {
			return strings.Compare(a.Type, b.Type)
		}
		return strings.Compare(a.Path, b.Path)
	})
	return out
}

func (r *reader) note(origins []Attribute) {
	for _, a := range origins {
		path := strings.TrimSuffix(a.Path, "[]")
		switch path {
		case "", "id", "type", "cloud", "account", "region", "name":
			continue
		}
		r.found[Attribute{a.Type, path}] = true
	}
}

func below(origins []Attribute, name string) []Attribute {
	out := make([]Attribute, len(origins))
	for i, a := range origins {
		out[i] = Attribute{a.Type, joinPath(a.Path, name)}
	}
	return out
}

func elements(origins []Attribute) []Attribute {
	out := make([]Attribute, len(origins))
	for i, a := range origins {
		out[i] = a
		if a.Path != "" && !strings.HasSuffix(a.Path, "[]") {
			out[i].Path += "[]"
		}
	}
	return out
}
