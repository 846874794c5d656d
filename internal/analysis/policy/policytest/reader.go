package policytest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// reader turns the YAML of one case into JSON, holding it against the schema.
type reader struct {
	file   *file
	name   string
	now    time.Time
	failed bool
}

func (d *reader) fail(n *yaml.Node, format string, args ...any) {
	d.failed = true
	d.file.fail(n.Line, d.file.source.ID, d.name, format, args...)
}

// mapping returns the values by key, or nil when the node is no mapping. Keys that
// are not known are reported.
func (d *reader) mapping(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping", what)
		return nil
	}
	out := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if !slices.Contains(known, key.Value) {
			d.fail(key, "unknown key %q in %s; known are %s", key.Value, what, strings.Join(known, ", "))
			continue
		}
		out[key.Value] = n.Content[i+1]
	}
	return out
}

func (d *reader) items(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "a list is needed")
		return nil
	}
	return n.Content
}

func (d *reader) text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "text is needed")
	}
	return n.Value
}

func (d *reader) decodeInto(n *yaml.Node, into any) {
	if n == nil {
		return
	}
	if err := n.Decode(into); err != nil {
		d.fail(n, "%s", err)
	}
}

// time reads RFC 3339, a date, or days from now such as -90d.
func (d *reader) time(n *yaml.Node) time.Time {
	if days, ok := strings.CutSuffix(n.Value, "d"); ok {
		if i, err := strconv.Atoi(days); err == nil {
			return d.now.AddDate(0, 0, i)
		}
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, n.Value); err == nil {
			return t.UTC()
		}
	}
	d.fail(n, "%q is no time: write RFC 3339, a date, or days from now such as -90d", n.Value)
	return d.now
}

// value appends the node as JSON of the type.
func (d *reader) value(dst []byte, n *yaml.Node, t *schema.Type, path string) []byte {
	if n.Tag == "!!null" {
		return append(dst, "null"...)
	}
	switch t.Kind {
	case schema.Object:
		return append(dst, d.object(n, t.Object, path)...)
	case schema.List:
		dst = append(dst, '[')
		for i, e := range d.items(n) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = d.value(dst, e, t.Elem, path+"[]")
		}
		return append(dst, ']')
	case schema.Map:
		return d.freeMap(dst, n, t, path)
	default:
		return d.scalar(dst, n, t.Kind, path)
	}
}

// object returns the node as a JSON object, refusing fields that the type lacks.
func (d *reader) object(n *yaml.Node, o *schema.ObjectType, path string) []byte {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping", path)
		return []byte("null")
	}
	out := []byte{'{'}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		f := o.Field(key.Value)
		if f == nil {
			d.fail(key, "%s has no field %q", path, key.Value)
			continue
		}
		out = d.member(out, key.Value, n.Content[i+1], f.Type, path+"."+key.Value)
	}
	return append(out, '}')
}

func (d *reader) freeMap(dst []byte, n *yaml.Node, t *schema.Type, path string) []byte {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping", path)
		return append(dst, "null"...)
	}
	out := []byte{'{'}
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = d.member(out, n.Content[i].Value, n.Content[i+1], t.Elem, path+"."+n.Content[i].Value)
	}
	return append(dst, append(out, '}')...)
}

func (d *reader) member(out []byte, key string, n *yaml.Node, t *schema.Type, path string) []byte {
	if len(out) > 1 {
		out = append(out, ',')
	}
	return d.value(append(append(out, encode(key)...), ':'), n, t, path)
}

func (d *reader) scalar(dst []byte, n *yaml.Node, kind schema.Kind, path string) []byte {
	want := map[schema.Kind][]string{
		schema.String: {"!!str"}, schema.Int: {"!!int"}, schema.Double: {"!!float", "!!int"},
		schema.Bool: {"!!bool"}, schema.Tri: {"!!bool"}, schema.Time: {"!!timestamp", "!!str"},
	}[kind]
	if n.Kind != yaml.ScalarNode || !slices.Contains(want, n.Tag) {
		d.fail(n, "%s must be of type %s", path, kind)
		return append(dst, "null"...)
	}
	switch kind {
	case schema.String:
		return append(dst, encode(n.Value)...)
	case schema.Time:
		return append(dst, encode(d.time(n).Format(time.RFC3339Nano))...)
	default:
		var v any
		d.decodeInto(n, &v)
		return append(dst, encode(v)...)
	}
}

// encode marshals what cannot fail to be marshalled.
func encode(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return out
}

func (d *reader) unknowns(n *yaml.Node) (out []estate.Unknown) {
	for _, e := range d.items(n) {
		u := estate.Unknown{Reason: estate.Denied}
		if e.Kind == yaml.ScalarNode {
			u.Path = e.Value
		} else if keys := d.mapping(e, "an unknown", "path", "reason", "permission"); keys != nil {
			u.Path, u.Permission = d.text(keys["path"]), d.text(keys["permission"])
			if r := d.text(keys["reason"]); r != "" {
				u.Reason = estate.Reason(r)
			}
		}
		out = append(out, u)
	}
	return out
}
