package run

import (
	"bytes"
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// Each yields the lines of the scope in the order of their ids, each id once. It ends
// at the first error of yield and returns it. The line is valid only during the call.
// A scope that is not in the ledger gives CodeNotFound, damage CodeInvalid.
//
// Memory holds the frames whose ids overlap, and no more than mergeLimit of them: a
// scope that was listed in no order at all is sorted through temporary files.
func (r *Reader) Each(scope estate.Scope, yield func(line []byte) error) error {
	e, ok := r.ledger.entries[scope]
	if !ok {
		return estate.Errorf(estate.CodeNotFound, "read saved run "+r.dir, "scope %s is not in it", scope)
	}
	sources := make([]source, len(e.Frames))
	for i, f := range e.Frames {
		sources[i] = &frameSource{reader: r, scope: scope, frame: f}
	}
	if overlap(e.Frames) > mergeLimit {
		return r.eachSpilled(sources, yield)
	}
	return merge(sources, yield)
}

// mergeLimit is how many frames are open at once.
const mergeLimit = 32

// source is a sorted run of lines.
type source interface {
	// first is an id that none of the lines precedes, known before anything is read.
	first() string
	// next moves to the next line; false at the end. It frees what it holds then.
	next() (bool, error)
	// id and line are those of the current line, valid until next.
	id() string
	line() []byte
}

// overlap returns how many of the frames share an id range at most.
func overlap(frames []frame) int {
	firsts, lasts := make([]string, len(frames)), make([]string, len(frames))
	for i, f := range frames {
		firsts[i], lasts[i] = f.First, f.Last
	}
	slices.Sort(firsts)
	slices.Sort(lasts)
	most, ended := 0, 0
	for i, first := range firsts {
		for ended < len(lasts) && lasts[ended] < first {
			ended++
		}
		most = max(most, i+1-ended)
	}
	return most
}

// merge yields the lines of all sources by id. Of lines with one id only that of the
// latest source counts. A source is opened when its first id comes up.
func merge(sources []source, yield func([]byte) error) error {
	waiting := make([]merged, len(sources))
	for i, s := range sources {
		waiting[i] = merged{source: s, order: i}
	}
	slices.SortStableFunc(waiting, func(a, b merged) int { return cmp.Compare(a.first(), b.first()) })
	var open mergeHeap
	last, yielded := "", false
	for len(waiting) > 0 || len(open) > 0 {
		if len(waiting) > 0 && (len(open) == 0 || waiting[0].first() <= open[0].id()) {
			m := waiting[0]
			waiting = waiting[1:]
			if more, err := m.next(); err != nil {
				return err
			} else if more {
				heap.Push(&open, m)
			}
			continue
		}
		if id := open[0].id(); !yielded || id != last {
			if err := yield(open[0].line()); err != nil {
				return err
			}
			last, yielded = id, true
		}
		if err := open.advance(); err != nil {
			return err
		}
	}
	return nil
}

type merged struct {
	source
	order int
}

// mergeHeap has the lowest id on top, of equal ids that of the latest source.
type mergeHeap []merged

func (h mergeHeap) Len() int { return len(h) }
func (h mergeHeap) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].id(), h[j].id()), cmp.Compare(h[j].order, h[i].order)) < 0
}
func (h mergeHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *mergeHeap) Push(x any)   { *h = append(*h, x.(merged)) }
func (h *mergeHeap) Pop() any {
	top := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return top
}

// advance moves the source on top to its next line.
func (h *mergeHeap) advance() error {
	more, err := (*h)[0].next()
	if err != nil {
		return err
	}
	if more {
		heap.Fix(h, 0)
	} else {
		heap.Pop(h)
	}
	return nil
}

// frameSource reads the lines of one frame, which it holds unpacked while it is open.
type frameSource struct {
	reader  *Reader
	scope   estate.Scope
	frame   frame
	buffer  *buffer
	rest    []byte
	read    int
	current []byte
	key     string
}

func (s *frameSource) first() string { return s.frame.First }
func (s *frameSource) id() string    { return s.key }
func (s *frameSource) line() []byte  { return s.current }

func (s *frameSource) next() (bool, error) {
	if s.buffer == nil {
		if err := s.unpack(); err != nil {
			return false, s.reader.damaged(s.scope, s.frame, err)
		}
	}
	if len(s.rest) == 0 {
		return false, s.end()
	}
	line, rest, found := bytes.Cut(s.rest, []byte("\n"))
	if !found {
		return false, s.reader.damaged(s.scope, s.frame, errors.New("the last line of a frame has no end"))
	}
	key, err := lineID(line)
	if err != nil {
		return false, s.reader.damaged(s.scope, s.frame, err)
	}
	s.current, s.rest, s.key = line, rest, key
	s.read++
	return true, nil
}

func (s *frameSource) unpack() error {
	packed := s.reader.takeBuffer()
	defer s.reader.giveBuffer(packed)
	var err error
	if packed.data, err = fetch(s.reader.resources, s.frame, packed.data); err != nil {
		return err
	}
	s.buffer = s.reader.takeBuffer()
	s.buffer.data, err = s.reader.decoder.DecodeAll(packed.data, s.buffer.data[:0])
	s.rest = s.buffer.data
	return err
}

func (s *frameSource) end() error {
	s.reader.giveBuffer(s.buffer)
	s.buffer, s.rest, s.current = &buffer{}, nil, nil
	if s.read != s.frame.Count {
		return s.reader.damaged(s.scope, s.frame, fmt.Errorf("a frame has %d lines instead of %d", s.read, s.frame.Count))
	}
	return nil
}

func (r *Reader) takeBuffer() *buffer {
	if b, ok := r.buffers.Get().(*buffer); ok {
		return b
	}
	return &buffer{}
}

func (r *Reader) giveBuffer(b *buffer) {
	if cap(b.data) <= 4*frameSize {
		b.data = b.data[:0]
		r.buffers.Put(b)
	}
}
