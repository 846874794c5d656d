package policytest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// testCase is one case, ready to run.
type testCase struct {
	name, row   string
	line        int
	stored      []byte // the resource as a stored line
	context     *estate.Context
	collections policy.Collections
	params      map[string]any
	now         time.Time
	want        estate.Status
	message     string
	elements    []string
}

var wants = []string{string(estate.Pass), string(estate.Fail), string(estate.UnknownStatus), string(estate.NotApplicable)}

// decode reads the cases. Those that are written wrongly are reported and left out.
func (f *file) decode(data []byte) (out []*testCase) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		f.fail(1, f.source.ID, "", "%s", strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.SequenceNode {
		f.fail(1, f.source.ID, "", "cases are a list")
		return nil
	}
	names := map[string]bool{}
	for _, n := range doc.Content[0].Content {
		c, ok := f.one(n)
		if !ok {
			continue
		}
		if names[c.name] {
			f.fail(c.line, f.source.ID, c.name, "two cases have this name")
		}
		names[c.name] = true
		out = append(out, c)
	}
	return out
}

// one reads one entry of the list; false when it is no case that can run.
func (f *file) one(n *yaml.Node) (*testCase, bool) {
	d := &reader{file: f}
	keys := d.mapping(n, "a case", "name", "row", "resource", "facets", "context", "collections", "params", "now",
		"unknown", "want", "message", "elements", "no_unknown")
	if keys == nil {
		return nil, false
	}
	if why := keys["no_unknown"]; why != nil {
		f.noUnknown = why.Value
		return nil, false
	}
	c := &testCase{line: n.Line, now: DefaultNow()}
	d.name = d.text(keys["name"])
	c.name, c.row, c.message, c.want = d.name, d.text(keys["row"]), d.text(keys["message"]), estate.Status(d.text(keys["want"]))
	if c.name == "" {
		d.fail(n, "a case needs name")
	}
	if !slices.Contains(wants, string(c.want)) {
		d.fail(n, "want %q is none of %s", c.want, strings.Join(wants, ", "))
	}
	if keys["now"] != nil {
		c.now = d.time(keys["now"])
	}
	d.now = c.now
	if keys["elements"] != nil {
		c.elements = []string{}
	}
	for _, e := range d.items(keys["elements"]) {
		c.elements = append(c.elements, d.text(e))
	}
	d.decodeInto(keys["params"], &c.params)
	c.context = d.contextOf(keys["context"])
	c.collections = d.collections(keys["collections"])
	c.stored = d.resource(keys["resource"], keys["facets"], keys["unknown"], d.target())
	return c, !d.failed
}

// target is the type of resource that the check judges; empty for a facet check.
func (d *reader) target() string {
	c, _ := d.file.lib.Check(d.file.source.CheckIDs()[0])
	return c.Type
}

func (d *reader) contextOf(n *yaml.Node) *estate.Context {
	if n == nil {
		return nil
	}
	text := d.object(n, d.file.context, "context")
	ctx := &estate.Context{}
	if err := json.Unmarshal(text, ctx); err != nil {
		d.fail(n, "context: %s", err)
	}
	return ctx
}

func (d *reader) collections(n *yaml.Node) policy.Collections {
	cols := policy.Collections{}
	if n == nil {
		return cols
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if d.file.set.Configs[key.Value] == nil {
			d.fail(key, "resource type %q is not known", key.Value)
			continue
		}
		cols[key.Value] = d.collection(key.Value, value)
	}
	return cols
}

func (d *reader) collection(resourceType string, n *yaml.Node) *policy.Collection {
	col := &policy.Collection{}
	list := n
	if n.Kind == yaml.MappingNode {
		keys := d.mapping(n, "a collection", "resources", "complete", "unknown")
		list = keys["resources"]
		complete := true
		if c := keys["complete"]; c != nil {
			d.decodeInto(c, &complete)
		}
		if !complete {
			col.Lost = d.lost(keys["unknown"])
		}
	}
	for _, e := range d.items(list) {
		col.Resources = append(col.Resources, d.resource(e, nil, nil, resourceType))
	}
	return col
}

// lost is one part for each reason, or one without a reason.
func (d *reader) lost(n *yaml.Node) []policy.Lost {
	if n == nil {
		return []policy.Lost{{}}
	}
	var out []policy.Lost
	for _, u := range d.unknowns(n) {
		out = append(out, policy.Lost{Why: u})
	}
	return out
}
