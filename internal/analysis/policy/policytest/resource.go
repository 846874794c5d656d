package policytest

import (
	"encoding/json"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// contextShape returns the shape of what analysis adds.
func contextShape() (*schema.ObjectType, error) {
	o, err := schema.NewSet().Object(reflect.TypeFor[estate.Context]())
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "shape of the context", "%w", err)
	}
	return o, nil
}

// resource makes the stored line of a resource from its fields in a case: those of
// the header by name, all others are the config's.
func (d *reader) resource(n, facets, unknown *yaml.Node, resourceType string) []byte {
	r := estate.Resource{
		ID: "test-resource", Type: resourceType, Account: "111122223333", Region: "eu-west-1", Name: "test",
		Unknown: d.unknowns(unknown), Facets: d.facets(facets),
	}
	config := &yaml.Node{Kind: yaml.MappingNode}
	if n != nil {
		if n.Kind != yaml.MappingNode {
			d.fail(n, "a resource must be a mapping")
			return nil
		}
		config.Line = n.Line
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !d.header(&r, n.Content[i].Value, n.Content[i+1]) {
				config.Content = append(config.Content, n.Content[i], n.Content[i+1])
			}
		}
	}
	if r.Type == "" {
		r.Type = "test_resource"
	}
	if r.Cloud == "" {
		r.Cloud = cloudOf(r.Type)
	}
	r.Config = d.config(config, r.Type)
	line, err := json.Marshal(r)
	if err != nil && n != nil {
		d.fail(n, "%s", err)
	}
	return line
}

func (d *reader) config(n *yaml.Node, resourceType string) []byte {
	shape := d.file.set.Configs[resourceType]
	switch {
	case shape != nil:
		return d.object(n, shape, resourceType)
	case len(n.Content) > 0:
		d.fail(n.Content[0], "resource type %q is not known, so %q cannot be a field of it", resourceType, n.Content[0].Value)
	}
	return []byte("{}")
}

// header takes a field that every resource has; false when it is none.
func (d *reader) header(r *estate.Resource, key string, n *yaml.Node) bool {
	switch key {
	case "id":
		r.ID = d.text(n)
	case "type":
		r.Type = d.text(n)
	case "cloud":
		r.Cloud = estate.Cloud(d.text(n))
	case "account":
		r.Account = d.text(n)
	case "region":
		r.Region = d.text(n)
	case "name":
		r.Name = d.text(n)
	case "tags":
		d.decodeInto(n, &r.Tags)
	case "created":
		t := d.time(n)
		r.Created = &t
	case "relations":
		for _, e := range d.items(n) {
			if keys := d.mapping(e, "a relation", "kind", "target"); keys != nil {
				r.Relations = append(r.Relations, estate.Relation{Kind: estate.RelationKind(d.text(keys["kind"])), Target: d.text(keys["target"])})
			}
		}
	case "facets":
		r.Facets = d.facets(n)
	case "unknown":
		r.Unknown = append(r.Unknown, d.unknowns(n)...)
	default:
		return false
	}
	return true
}

func (d *reader) facets(n *yaml.Node) map[string]json.RawMessage {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		d.fail(n, "facets must be a mapping")
		return nil
	}
	out := map[string]json.RawMessage{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		shape := d.file.set.Facets[key.Value]
		if shape == nil {
			d.fail(key, "facet %q is not known", key.Value)
			continue
		}
		out[key.Value] = d.object(n.Content[i+1], shape, key.Value)
	}
	return out
}

func cloudOf(resourceType string) estate.Cloud {
	switch {
	case strings.HasPrefix(resourceType, "azurerm_"):
		return estate.Azure
	case strings.HasPrefix(resourceType, "google_"):
		return estate.GCP
	default:
		return estate.AWS
	}
}
