package sqlstore

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/store"
)

// where is a condition with its arguments.
type where struct {
	parts []string
	args  []any
}

func (w *where) add(condition string, args ...any) {
	w.parts = append(w.parts, condition)
	w.args = append(w.args, args...)
}

// in limits a column to values; none do not limit.
func (w *where) in(column string, values []string) {
	if len(values) > 0 {
		w.only(column, values)
	}
}

// only limits a column to values; nil does not limit, an empty list shows nothing.
func (w *where) only(column string, values []string) {
	switch {
	case values == nil:
	case len(values) == 0:
		w.add("1 = 0")
	case len(values) == 1:
		w.add(column+" = ?", text(values[0]))
	default:
		args := make([]any, len(values))
		for i, v := range values {
			args[i] = text(v)
		}
		w.add(column+" IN "+marks(len(values)), args...)
	}
}

// visible limits rows to what a reader may see.
func (w *where) visible(see store.Visible, account, owner string) {
	w.only(account, see.OnlyAccounts)
	w.only(owner, see.OnlyOwners)
}

// sql returns the condition after WHERE.
func (w *where) sql() string {
	if len(w.parts) == 0 {
		return "1 = 1"
	}
	return strings.Join(w.parts, " AND ")
}

// and returns the condition with more of it, leaving w as it is.
func (w *where) and(condition string, args ...any) *where {
	more := &where{parts: slices.Clone(w.parts), args: slices.Clone(w.args)}
	if condition != "" {
		more.add(condition, args...)
	}
	return more
}
