package policy

import (
	"encoding/json"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

// document is one parsed resource.
type document struct {
	run    *run
	arena  *arena
	parser fastjson.Parser
	root   *fastjson.Value
	config *fastjson.Value
	facets *fastjson.Value
	mask   *mask
	// listed are the resource's own unknown entries.
	listed []estate.Unknown
	// prefix stands before the paths of what is unknown or read here; empty for the
	// resource that is judged.
	prefix   string
	registry *registry
	ctxVal   ref.Val
	views    []view
}

// view is the resource as one shape shows it: checks of its type and checks of a
// facet see different fields.
type view struct {
	shape *shape
	val   *object
}

// load parses a line in place of what the document held before. Paths in it start
// with what prefix makes of the resource's id; prefix may be nil.
func (d *document) load(line []byte, prefix func(id string) string) error {
	root, err := d.parser.ParseBytes(line)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, "read resource", "%w", err)
	}
	if root.Type() != fastjson.TypeObject {
		return estate.Errorf(estate.CodeInvalid, "read resource", "a JSON object is needed, not %s", root.Type())
	}
	d.root = root
	if prefix != nil {
		d.prefix = prefix(string(root.GetStringBytes("id")))
	}
	d.config, d.facets = root.Get("config"), root.Get("facets")
	d.mask, d.listed, d.ctxVal, d.views = nil, d.listed[:0], nil, d.views[:0]
	for _, u := range root.GetArray("unknown") {
		d.mark(u)
	}
	return nil
}

func (d *document) mark(v *fastjson.Value) {
	u := estate.Unknown{
		Path:       string(v.GetStringBytes("path")),
		Reason:     estate.Reason(v.GetStringBytes("reason")),
		Permission: string(v.GetStringBytes("permission")),
		Detail:     string(v.GetStringBytes("detail")),
	}
	d.listed = append(d.listed, u)
	if d.mask == nil {
		d.mask = &mask{}
	}
	path := splitPath(u.Path)
	if len(path) > 0 && path[0] == "config" {
		path = path[1:]
	}
	d.mask.add(path, d.unknown(u))
}

// unknown makes the CEL value that stands for entries of the document.
func (d *document) unknown(entries ...estate.Unknown) *types.Unknown {
	for i := range entries {
		entries[i].Path = d.prefix + entries[i].Path
	}
	return d.registry.add(entries)
}

// view returns the resource as an object of the shape.
func (d *document) view(s *shape) *object {
	for i := range d.views {
		if d.views[i].shape == s {
			return d.views[i].val
		}
	}
	o := d.arena.objects.new()
	o.doc, o.shape, o.node, o.mask, o.index = d, s, d.root, d.rootMask(), -1
	o.seg = strings.TrimSuffix(d.prefix, ".")
	o.slots = d.arena.values(len(s.fields))
	d.views = append(d.views, view{s, o})
	return o
}

// rootMask spares header fields when the whole config is unknown: an entry with an
// empty path speaks of the config.
func (d *document) rootMask() *mask {
	if d.mask == nil || d.mask.unknown == nil {
		return d.mask
	}
	all := &mask{children: map[string]*mask{"*": {unknown: d.mask.unknown}}}
	for _, f := range []string{"id", "type", "cloud", "account", "region", "name", "tags", "created", "relations", "context"} {
		all.children[f] = &mask{}
		if c := d.mask.children[f]; c != nil {
			all.children[f] = c
		}
	}
	return all
}

// created reads the time of creation: unknown when the cloud does not say, because
// a resource without a date is neither old nor new.
func (d *document) created(o *object, f *field) ref.Val {
	raw, m := o.raw(f)
	if m.leaf() == nil && (raw == nil || raw.Type() == fastjson.TypeNull) {
		return d.unknown(estate.Unknown{Path: "created", Reason: estate.Uncollected})
	}
	return d.value(f.typ, raw, m, o, f.path, -1)
}

func (d *document) age(o *object) ref.Val {
	created := o.get(o.shape.field("created"))
	t, ok := created.(types.Timestamp)
	if !ok {
		return created
	}
	return types.Int(days(d.run.now.Sub(t.Time)))
}

// contextValue reads what analysis added. Nothing added reads as an empty context,
// in which public.read and public.write are unknown.
func (d *document) contextValue(o *object, f *field) ref.Val {
	if d.ctxVal != nil {
		return d.ctxVal
	}
	var raw *fastjson.Value
	if d.run.context != nil && d.prefix == "" {
		text, err := json.Marshal(d.run.context)
		if err != nil {
			return types.WrapErr(err)
		}
		if raw, err = d.run.contextParser.ParseBytes(text); err != nil {
			return types.WrapErr(err)
		}
	}
	d.ctxVal = d.value(f.typ, raw, d.contextMask(o), o, f.path, -1)
	return d.ctxVal
}

// contextMask hides what analysis could not decide of the context.
func (d *document) contextMask(o *object) *mask {
	m := o.mask.child("context")
	if d.run.context == nil || d.prefix != "" || len(d.run.context.Undecided) == 0 || m.leaf() != nil {
		return m
	}
	m = &mask{}
	for attribute, cause := range d.run.context.Undecided {
		m.add([]string{attribute}, d.unknown(cause))
	}
	return m
}

// offers reports whether the resource has the facet, or may have it.
func (d *document) offers(facet string) bool {
	if v := member(d.facets, facet); v != nil && v.Type() != fastjson.TypeNull {
		return true
	}
	return d.mask.at("facets").child(facet).any() != nil
}
