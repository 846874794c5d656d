package policy

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// value turns JSON into a CEL value of the type. What is absent reads as the zero
// value of a scalar, as an empty list, map or object, and as unknown for a tri.
// JSON of another kind than the type says is an error, never a zero value.
func (d *document) value(t *valueType, raw *fastjson.Value, m *mask, parent node, seg string, index int) ref.Val {
	if u := m.leaf(); u != nil {
		return u
	}
	if raw != nil && raw.Type() == fastjson.TypeNull {
		raw = nil
	}
	switch t.kind {
	case schema.Object:
		return d.object(t.obj, raw, m, parent, seg, index)
	case schema.List:
		return d.list(t.elem, raw, m, parent, seg)
	case schema.Map:
		return d.mapping(t.elem, raw, m, parent, seg)
	case schema.Tri:
		if raw == nil {
			return d.undecided(pathOf(parent, seg, index))
		}
	}
	if raw == nil {
		return t.zero
	}
	v := scalar(t.kind, raw)
	if v == nil {
		return types.NewErr("%s holds %s where %s is needed", pathOf(parent, seg, index), raw.Type(), t.kind)
	}
	return v
}

// scalar returns nil when the JSON is not of the kind.
func scalar(kind schema.Kind, raw *fastjson.Value) ref.Val {
	switch kind {
	case schema.String:
		if b, err := raw.StringBytes(); err == nil {
			return types.String(text(b))
		}
	case schema.Bool, schema.Tri:
		if b, err := raw.Bool(); err == nil {
			return types.Bool(b)
		}
	case schema.Int:
		if i, err := raw.Int64(); err == nil {
			return types.Int(i)
		}
	case schema.Double:
		if f, err := raw.Float64(); err == nil && !math.IsNaN(f) {
			return types.Double(f)
		}
	case schema.Time:
		if b, err := raw.StringBytes(); err == nil {
			if t, err := time.Parse(time.RFC3339Nano, text(b)); err == nil {
				return types.Timestamp{Time: t.UTC()}
			}
		}
	}
	return nil
}

// text shares the parser's bytes. It lasts until the next document is parsed:
// whatever outlives that is cloned on its way out (see finding.go).
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) } //nolint:gosec // see above

func (d *document) object(s *shape, raw *fastjson.Value, m *mask, parent node, seg string, index int) ref.Val {
	if raw != nil && raw.Type() != fastjson.TypeObject {
		return types.NewErr("%s holds %s where an object is needed", pathOf(parent, seg, index), raw.Type())
	}
	o := d.arena.objects.new()
	o.doc, o.shape, o.node, o.mask, o.parent, o.seg, o.index = d, s, raw, m, parent, seg, index
	o.slots = d.arena.values(len(s.fields))
	return o
}

func (d *document) list(elem *valueType, raw *fastjson.Value, m *mask, parent node, seg string) ref.Val {
	var nodes []*fastjson.Value
	if raw != nil {
		var err error
		if nodes, err = raw.Array(); err != nil {
			return types.NewErr("%s holds %s where a list is needed", pathOf(parent, seg, -1), raw.Type())
		}
	}
	l := d.arena.lists.new()
	l.doc, l.elem, l.nodes, l.node, l.mask, l.parent, l.seg = d, elem, nodes, raw, m, parent, seg
	n := len(nodes)
	if m != nil {
		if l.tail = beyond(m, n); l.tail != nil {
			n++
		}
	}
	l.vals = d.arena.values(n)
	if l.tail != nil {
		l.vals[n-1] = l.tail
	}
	return l
}

// beyond returns what is unknown about elements after the last one that was read.
func beyond(m *mask, n int) *types.Unknown {
	var u *types.Unknown
	for _, key := range sortedKeys(m.children) {
		i, err := strconv.Atoi(key)
		if err == nil && i >= n {
			u = types.MergeUnknowns(u, m.children[key].any())
		}
	}
	return u
}

func (d *document) mapping(elem *valueType, raw *fastjson.Value, m *mask, parent node, seg string) ref.Val {
	if raw != nil && raw.Type() != fastjson.TypeObject {
		return types.NewErr("%s holds %s where a map is needed", pathOf(parent, seg, -1), raw.Type())
	}
	out := d.arena.maps.new()
	out.doc, out.elem, out.node, out.mask, out.parent, out.seg = d, elem, raw, m, parent, seg
	if m != nil {
		out.tail = otherKeys(m, raw)
	}
	return out
}

// otherKeys returns what is unknown about keys that were not read.
func otherKeys(m *mask, raw *fastjson.Value) *types.Unknown {
	var u *types.Unknown
	for _, key := range sortedKeys(m.children) {
		if key != "*" && member(raw, key) == nil {
			u = types.MergeUnknowns(u, m.children[key].any())
		}
	}
	return u
}

// undecided makes the unknown for a tri that holds neither yes nor no. Facets and
// context are worked out from the config, so what is unknown there is the cause
// that a person can do something about.
func (d *document) undecided(path string) ref.Val {
	derived := strings.HasPrefix(path, d.prefix+"facets.") || strings.HasPrefix(path, d.prefix+"context.")
	var causes []estate.Unknown
	if derived {
		for _, u := range d.listed {
			u.Path = strings.TrimPrefix(u.Path, d.prefix)
			causes = append(causes, u)
		}
	}
	if len(causes) == 0 {
		u := estate.Unknown{Path: strings.TrimPrefix(path, d.prefix), Reason: estate.Uncollected}
		if d.run.context != nil && d.run.context.Public != nil && strings.HasPrefix(u.Path, "context.public.") {
			u.Detail = strings.Join(d.run.context.Public.Because, "; ")
		}
		causes = append(causes, u)
	}
	return d.unknown(causes...)
}

func days(d time.Duration) int64 { return int64(math.Floor(d.Hours() / 24)) }
