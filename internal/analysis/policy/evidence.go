package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// Evidence of one finding is bounded: so many attributes, so many bytes each.
const (
	maxEvidence      = 12
	maxEvidenceBytes = 300
)

// tracker notes which attributes an evaluation read. CEL stops at what decides, so
// what was not read did not matter.
type tracker struct {
	seen  map[string]bool
	found []estate.Evidence
	text  []byte // reused
}

func (t *tracker) reset() {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	clear(t.seen)
	t.found = nil
}

// evidence returns what was noted, sorted by path; never nil.
func (t *tracker) evidence() []estate.Evidence {
	if t.found == nil {
		return []estate.Evidence{}
	}
	slices.SortFunc(t.found, func(a, b estate.Evidence) int { return cmp.Compare(a.Path, b.Path) })
	return t.found
}

// field notes a scalar that was read. Objects, lists and maps note what is read of
// them themselves.
func (t *tracker) field(o *object, f *field, v ref.Val) {
	switch f.typ.kind {
	case schema.Object, schema.List, schema.Map:
		return
	}
	if types.IsUnknownOrError(v) {
		return
	}
	raw, _ := o.raw(f)
	t.note(pathOf(o, f.path, -1), raw)
}

// presence notes a has(). A value that is absent shows as null.
func (t *tracker) presence(o *object, f *field, raw *fastjson.Value) {
	t.note(pathOf(o, f.path, -1), raw)
}

func (t *tracker) key(m *mapping, key string, raw *fastjson.Value) {
	t.note(joinKey(m.path(), key), raw)
}

// list notes a list that was looked at as a whole; of a collection, the ids.
func (t *tracker) list(l *list) {
	if !l.all {
		t.container(l, l.node)
		return
	}
	// More ids than this never fit.
	const most = maxEvidenceBytes
	ids := make([]ref.Val, 0, min(len(l.vals), most))
	for i := range min(len(l.vals), most) {
		if o, ok := l.at(i).(*object); ok {
			ids = append(ids, o.slots[0])
		}
	}
	t.noteValue(l.path(), types.NewRefValList(l.doc.run.adapter, ids))
}

// container notes a map or object that was looked at as a whole.
func (t *tracker) container(n node, raw *fastjson.Value) { t.note(n.path(), raw) }

func (t *tracker) note(path string, raw *fastjson.Value) {
	if t.room(path) {
		t.found = append(t.found, estate.Evidence{Path: strings.Clone(path), Value: t.value(raw)})
	}
}

// value is the value as JSON, cut to what is kept.
func (t *tracker) value(v *fastjson.Value) json.RawMessage {
	t.text = appendCanonical(t.text[:0], v)
	if len(t.text) > maxEvidenceBytes {
		return cut(v, maxEvidenceBytes)
	}
	return bytes.Clone(t.text)
}

// noteValue notes a value that has no JSON of its own.
func (t *tracker) noteValue(path string, v ref.Val) {
	if !t.room(path) {
		return
	}
	raw, err := fastjson.ParseBytes(appendValue(nil, v))
	if err != nil {
		raw = nil
	}
	t.found = append(t.found, estate.Evidence{Path: strings.Clone(path), Value: t.value(raw)})
}

// hasRoom reports whether evidence is gathered and more of it would be kept.
func (t *tracker) hasRoom() bool { return t != nil && len(t.found) < maxEvidence }

// room claims a path, unless it is noted already or there are enough.
func (t *tracker) room(path string) bool {
	if len(t.found) >= maxEvidence || t.seen[path] || path == "" {
		return false
	}
	t.seen[path] = true
	return true
}

// cut returns the value as JSON of at most so many bytes: long text ends in an
// ellipsis, long lists and objects keep the members that fit. It is never less than
// the ellipsis: a limit below ten bytes may be passed by that much.
func cut(v *fastjson.Value, limit int) json.RawMessage {
	whole := appendCanonical(nil, v)
	if len(whole) <= limit {
		return whole
	}
	switch v.Type() {
	case fastjson.TypeString:
		return cutText(text(v.GetStringBytes()), limit)
	case fastjson.TypeArray:
		return cutList(v.GetArray(), limit)
	case fastjson.TypeObject:
		return cutObject(v, limit)
	default:
		return json.RawMessage(`"…"`)
	}
}

func cutText(s string, limit int) json.RawMessage {
	for n := min(len(s), limit); ; n = n * 3 / 4 {
		out := appendText(nil, strings.ToValidUTF8(s[:n], "")+"…")
		if len(out) <= limit || n == 0 {
			return out
		}
	}
}

func cutList(elems []*fastjson.Value, limit int) json.RawMessage {
	out := []byte{'['}
	for _, e := range elems {
		next := cut(e, limit/2)
		if len(out)+len(next)+8 > limit {
			break
		}
		out = append(append(out, next...), ',')
	}
	return append(out, `"…"]`...)
}

func cutObject(v *fastjson.Value, limit int) json.RawMessage {
	out := []byte{'{'}
	o := v.GetObject()
	var keys []string
	o.Visit(func(k []byte, _ *fastjson.Value) { keys = append(keys, string(k)) })
	slices.Sort(keys)
	for _, k := range keys {
		next := append(appendText(nil, k), ':')
		next = append(next, cut(o.Get(k), limit/2)...)
		if len(out)+len(next)+12 > limit {
			continue
		}
		out = append(append(out, next...), ',')
	}
	return append(out, `"…":"…"}`...)
}
