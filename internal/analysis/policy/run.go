package policy

import (
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

// run is the state that the documents of one evaluator share.
type run struct {
	now           time.Time
	adapter       types.Adapter
	context       *estate.Context
	contextParser fastjson.Parser
	tracker       *tracker // nil unless evidence is being gathered
	muted         bool     // evidence is being gathered, and what is read now is none
}

// mute stops the noting of evidence until unmute is called with what it returns.
func (r *run) mute() *tracker {
	t := r.tracker
	if t != nil {
		r.tracker, r.muted = nil, true
	}
	return t
}

func (r *run) unmute(t *tracker) {
	if t != nil {
		r.tracker, r.muted = t, false
	}
}

// registry gives unknowns their ids, so that the entries behind a verdict can be
// told from the value that CEL made of them. Two registries of one evaluator differ
// in the sign of their ids.
type registry struct {
	sign    int64
	entries [][]estate.Unknown
}

func (r *registry) add(entries []estate.Unknown) *types.Unknown {
	r.entries = append(r.entries, entries)
	return types.NewUnknown(r.sign*int64(len(r.entries)), nil)
}

func (r *registry) reset() { r.entries = r.entries[:0] }

// lookup returns the entries behind an id, or nil when it belongs to another
// registry.
func (r *registry) lookup(id int64) []estate.Unknown {
	i := id * r.sign
	if i < 1 || i > int64(len(r.entries)) {
		return nil
	}
	return r.entries[i-1]
}

// explain lists the entries behind an unknown, sorted by path and without doubles.
func explain(u *types.Unknown, registries ...*registry) []estate.Unknown {
	var out []estate.Unknown
	for _, id := range u.IDs() {
		for _, r := range registries {
			out = append(out, r.lookup(id)...)
		}
	}
	slices.SortStableFunc(out, func(a, b estate.Unknown) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.Permission, b.Permission)
	})
	return slices.Compact(out)
}
