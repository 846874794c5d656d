package store

// Visible limits what a reader sees. Nil lists do not limit; an empty list that is not nil
// shows nothing. A thing must be in a listed account and belong to a listed owner.
type Visible struct {
	OnlyAccounts, OnlyOwners []string
}

// Everything reports whether nothing is hidden.
func (v Visible) Everything() bool { return v.OnlyAccounts == nil && v.OnlyOwners == nil }

// PageRequest asks for one page.
type PageRequest struct {
	// Sort is the name of a sort, with - in front for descending; empty for the default.
	Sort string
	// Cursor is Next of the page before; empty for the first. It is bound to the sort
	// and the filters: any other use is CodeInvalid.
	Cursor string
	// Limit is at most MaxLimit; 0 means DefaultLimit.
	Limit int
	// Count asks for Total, too, which may take long where it cannot come from counters.
	Count bool
}

// How many rows a page has.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// Page is part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the cursor of the next page; empty on the last.
	Next string `json:"next,omitempty"`
	// Total is how many there are on all pages, when it was asked for.
	Total *int `json:"total,omitempty"`
}
