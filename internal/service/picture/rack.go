package picture

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// rack is stores of one type, by id once it is sorted.
type rack struct {
	stores []*store
	sorted bool
}

func byID(x, y *store) int { return cmp.Compare(x.ref.ID, y.ref.ID) }

func put(kinds map[string]*rack, s *store) {
	r := kinds[s.ref.Type]
	if r == nil {
		r = &rack{}
		kinds[s.ref.Type] = r
	}
	r.stores = append(r.stores, s)
}

// each yields the stores of which a text is matched by a pattern: the text is a template
// in which %s stands for the id, and stands first. A store may come several times.
func (r *rack) each(w *wish, template string, yield func(*store)) {
	if w.all {
		for _, s := range r.stores {
			yield(s)
		}
		return
	}
	if !r.sorted {
		slices.SortFunc(r.stores, byID)
		r.sorted = true
	}
	suffix := strings.TrimPrefix(template, "%s")
	for _, pattern := range w.patterns {
		literal := pattern
		if at := strings.IndexAny(pattern, "*?"); at >= 0 {
			literal = pattern[:at]
		}
		r.under(literal, func(s *store) {
			if policydoc.Match(pattern, s.ref.ID+suffix) {
				yield(s)
			}
		})
		for at := max(0, len(literal)-len(suffix)); at < len(literal); at++ {
			if !strings.HasPrefix(suffix, literal[at:]) {
				continue
			}
			if i, found := r.find(literal[:at]); found && policydoc.Match(pattern, r.stores[i].ref.ID+suffix) {
				yield(r.stores[i])
			}
		}
	}
}

// under yields the stores whose id begins with a text.
func (r *rack) under(prefix string, yield func(*store)) {
	first, _ := r.find(prefix)
	for _, s := range r.stores[first:] {
		if !strings.HasPrefix(s.ref.ID, prefix) {
			return
		}
		yield(s)
	}
}

func (r *rack) find(id string) (int, bool) {
	return slices.BinarySearchFunc(r.stores, id, func(s *store, id string) int { return cmp.Compare(s.ref.ID, id) })
}
