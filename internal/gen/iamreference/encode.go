package main

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// manyValues is added to the type of a key that has many values.
const manyValues = 16

// window is how far back the packer looks, in bytes: beyond the whole file.
const window = 16 << 20

// encoder writes the file that reference.Decode describes. Texts and key sets are given
// indexes as they are met, so the body is written before the head.
type encoder struct {
	body     []byte
	texts    []string
	textIDs  map[string]int
	sets     [][]int
	setIDs   map[string]int
	keyIDs   map[string]int
	problems []error
}

func encode(c *content) ([]byte, error) {
	e := &encoder{textIDs: map[string]int{}, setIDs: map[string]int{}, keyIDs: map[string]int{}}
	keys := e.writeKeys(c)
	rest := e.writeRest(c)
	sets := binary.AppendUvarint(nil, uint64(len(e.sets)))
	for _, s := range e.sets {
		sets = appendList(sets, s)
	}
	if err := errors.Join(e.problems...); err != nil {
		return nil, err
	}
	plain := slices.Concat(head(c), e.writeTexts(), keys, sets, rest)
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(plain, nil), w.Close()
}

func head(c *content) []byte {
	b := binary.AppendUvarint(nil, reference.Format)
	b = appendText(b, c.date)
	b = binary.AppendUvarint(b, uint64(len(c.sources)))
	for _, s := range c.sources {
		b = appendText(appendText(appendText(b, s.Name), s.Version), s.Checksum)
	}
	return b
}

func (e *encoder) writeTexts() []byte {
	b := binary.AppendUvarint(nil, uint64(len(e.texts)))
	for _, t := range e.texts {
		b = binary.AppendUvarint(b, uint64(len(t)))
	}
	return append(b, strings.Join(e.texts, "")...)
}

func (e *encoder) writeKeys(c *content) []byte {
	e.body = binary.AppendUvarint(nil, uint64(len(c.keys)))
	for i, lower := range slices.Sorted(maps.Keys(c.keys)) {
		k := c.keys[lower]
		e.keyIDs[lower] = i
		typ := int(k.typ)
		if k.multi {
			typ += manyValues
		}
		e.number(e.text(k.name), typ)
	}
	return e.body
}

func (e *encoder) writeRest(c *content) []byte {
	services := slices.Sorted(maps.Keys(c.services))
	e.body = binary.AppendUvarint(nil, uint64(len(services)))
	for _, name := range services {
		s := c.services[name]
		e.number(e.text(s.Prefix), e.text(s.Title), bit(s.ResourceControlled))
	}
	types := slices.Sorted(maps.Keys(c.types))
	typeIDs := map[string]int{}
	e.number(len(types))
	for i, name := range types {
		t := c.types[name]
		typeIDs[name] = i
		service, _ := slices.BinarySearch(services, t.Service)
		e.number(service, e.text(t.Name), e.text(t.ARN), e.set(t.Keys))
	}
	names := slices.Sorted(maps.Keys(c.actions))
	e.number(len(names))
	for _, name := range names {
		e.action(c.actions[name], typeIDs, names)
	}
	return e.body
}

func (e *encoder) action(a *action, typeIDs map[string]int, names []string) {
	e.number(e.text(a.name), int(a.level), e.set(a.keys), len(a.resources))
	resources := slices.SortedFunc(slices.Values(a.resources), func(x, y use) int { return cmp.Compare(x.typ, y.typ) })
	for _, u := range resources {
		e.number(typeIDs[u.typ]*2+bit(u.required), e.set(u.keys))
	}
	dependents := slices.Sorted(maps.Keys(a.dependents))
	e.number(len(dependents))
	for _, d := range dependents {
		id, _ := slices.BinarySearch(names, d)
		e.number(id)
	}
}

func (e *encoder) number(values ...int) {
	for _, v := range values {
		e.body = binary.AppendUvarint(e.body, uint64(v))
	}
}

// text returns the index of a text.
func (e *encoder) text(s string) int {
	id, ok := e.textIDs[s]
	if !ok {
		id = len(e.texts)
		e.textIDs[s] = id
		e.texts = append(e.texts, s)
	}
	return id
}

// set returns the index of a set of keys.
func (e *encoder) set(keys []string) int {
	ids := make([]int, 0, len(keys))
	for _, k := range keys {
		id, ok := e.keyIDs[strings.ToLower(form(k))]
		if !ok {
			e.problems = append(e.problems, fmt.Errorf("the condition key %q is used but not defined", k))
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	name := fmt.Sprint(ids)
	id, ok := e.setIDs[name]
	if !ok {
		id = len(e.sets)
		e.setIDs[name] = id
		e.sets = append(e.sets, ids)
	}
	return id
}

func appendList(b []byte, list []int) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, v := range list {
		b = binary.AppendUvarint(b, uint64(v))
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
