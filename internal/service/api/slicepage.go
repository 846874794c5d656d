package api

import (
	"encoding/base64"

	"github.com/stance-sec/stance/internal/store"
)

// slicePage returns the page of a sorted list that follows the cursor, which names the last
// row of the page before. When that row is gone the cursor is broken.
func slicePage[T any](all []T, request store.PageRequest, name func(*T) string) (store.Page[T], error) {
	from := 0
	if request.Cursor != "" {
		last, err := base64.RawURLEncoding.DecodeString(request.Cursor)
		if err != nil {
			return store.Page[T]{}, brokenCursor()
		}
		for from = range all {
			if name(&all[from]) == string(last) {
				break
			}
		}
		if from >= len(all) || name(&all[from]) != string(last) {
			return store.Page[T]{}, brokenCursor()
		}
		from++
	}
	limit := request.Limit
	if limit <= 0 {
		limit = store.DefaultLimit
	}
	until := min(from+min(limit, store.MaxLimit), len(all))
	page := store.Page[T]{Items: all[from:until]}
	if until < len(all) {
		page.Next = base64.RawURLEncoding.EncodeToString([]byte(name(&all[until-1])))
	}
	if request.Count {
		total := len(all)
		page.Total = &total
	}
	return page, nil
}

func brokenCursor() error {
	return invalid("read a page", "the cursor is broken, or of another list")
}
