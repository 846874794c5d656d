package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// order is a sort: a column, whether it holds text, and whether its plain name means the
// greatest first.
type order struct {
	column string
	text   bool
	down   bool
}

// arm is one part of a list: what it selects after the key and the tie, and from where.
type arm struct {
	from  string
	where *where
	// columns are the arm's own; empty for those of the list.
	columns string
	// version is the alias of the table that holds what changes; "v." stands for it.
	version string
}

// listing is a list that is read by pages. Rows with equal keys are ordered by the tie,
// which no two rows share.
type listing struct {
	op      string
	request store.PageRequest
	// filters are what the cursor is bound to beside the sort.
	filters any
	orders  map[string]order
	first   string // the default sort
	tie     string
	tieText bool
	columns string
	arms    []arm
	// total counts from counters; nil when it has to be counted row by row.
	total func(ctx context.Context, q session) (int, error)
}

// cursor is where the page before ended.
type cursor struct {
	Number int64  `json:"n,omitempty"`
	Text   []byte `json:"t,omitempty"`
	Tie    int64  `json:"i,omitempty"`
	TieKey []byte `json:"k,omitempty"`
	Bound  []byte `json:"b"`
}

// keyed is an item with where it stands.
type keyed[T any] struct {
	item T
	at   cursor
}

// list reads one page. Scan is given a row whose first two columns are taken already.
func list[T any](ctx context.Context, q session, l listing, scan func(row scanner) (T, error)) (store.Page[T], error) {
	page := store.Page[T]{Items: []T{}}
	limit := l.request.Limit
	if limit == 0 {
		limit = store.DefaultLimit
	}
	if limit < 0 || limit > store.MaxLimit {
		return page, estate.Errorf(estate.CodeInvalid, l.op, "the limit %d is not from 1 to %d", limit, store.MaxLimit)
	}
	name := l.request.Sort
	if name == "" {
		name = l.first
	}
	bare, negated := strings.CutPrefix(name, "-")
	by, found := l.orders[bare]
	if !found {
		return page, estate.Errorf(estate.CodeInvalid, l.op, "there is no sort %q; there are %s", bare, strings.Join(sortedKeys(l.orders), ", "))
	}
	down := negated != by.down
	bound := l.bound(name)
	after, err := l.after(bound)
	if err != nil {
		return page, err
	}
	query, args := l.sql(by, down, after, limit)
	items, err := collect(ctx, q, func(r scanner) (keyed[T], error) { return scanKeyed(r, by, l.tieText, scan) }, query, args...)
	if err != nil {
		return page, fail(l.op, err)
	}
	if len(items) > limit {
		items = items[:limit]
		last := items[limit-1].at
		last.Bound = bound
		page.Next = last.String()
	}
	for _, k := range items {
		page.Items = append(page.Items, k.item)
	}
	if l.request.Count {
		n, err := l.count(ctx, q)
		if err != nil {
			return page, fail(l.op, err)
		}
		page.Total = &n
	}
	return page, nil
}

func (c cursor) String() string {
	raw, err := json.Marshal(&c)
	if err != nil {
		panic(err) // a struct of bytes and numbers
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// bound is what a cursor is bound to: the list, the sort and the filters.
func (l *listing) bound(sort string) []byte {
	raw, err := json.Marshal([]any{l.op, sort, l.filters})
	if err != nil {
		panic(err) // filters are structs of texts and times
	}
	sum := sha256.Sum256(raw)
	return sum[:12]
}

func (l *listing) after(bound []byte) (*cursor, error) {
	if l.request.Cursor == "" {
		return nil, nil //nolint:nilnil // the first page comes after nothing
	}
	broken := func(err error) error {
		return estate.Errorf(estate.CodeInvalid, l.op, "the cursor is not of this list: %w", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(l.request.Cursor)
	if err != nil {
		return nil, broken(err)
	}
	var c cursor
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, broken(err)
	}
	if !bytes.Equal(c.Bound, bound) {
		return nil, broken(fmt.Errorf("other filters or another sort"))
	}
	return &c, nil
}

// sql returns the query of a page and one row more.
func (l *listing) sql(by order, down bool, after *cursor, limit int) (string, []any) {
	than, direction := ">", "ASC"
	if down {
		than, direction = "<", "DESC"
	}
	var parts []string
	var args []any
	for _, a := range l.arms {
		w := a.where
		if after != nil {
			w = w.and("("+by.column+", "+l.tie+") "+than+" (?, ?)", after.key(by.text), after.tie(l.tieText))
		}
		part := "SELECT " + by.column + " AS k, " + l.tie + " AS n, " + cmp.Or(a.columns, l.columns) + " FROM " + a.from + " WHERE " + w.sql()
		parts = append(parts, strings.ReplaceAll(part, "v.", a.version+"."))
		args = append(args, w.args...)
	}
	query := strings.Join(parts, " UNION ALL ") + " ORDER BY k " + direction + ", n " + direction + " LIMIT ?"
	return query, append(args, limit+1)
}

func (c *cursor) key(isText bool) any {
	if isText {
		return string(c.Text)
	}
	return c.Number
}

func (c *cursor) tie(isText bool) any {
	if isText {
		return string(c.TieKey)
	}
	return c.Tie
}

func (l *listing) count(ctx context.Context, q session) (int, error) {
	if l.total != nil {
		return l.total(ctx, q)
	}
	sum := 0
	for _, a := range l.arms {
		var n int
		if err := q.row(ctx, strings.ReplaceAll("SELECT COUNT(*) FROM "+a.from+" WHERE "+a.where.sql(), "v.", a.version+"."), a.where.args...).Scan(&n); err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// keyedRow scans the key and the tie with the rest of a row.
type keyedRow struct {
	row  scanner
	head []any
}

// Scan implements scanner.
func (k keyedRow) Scan(dest ...any) error { return k.row.Scan(append(k.head, dest...)...) }

func scanKeyed[T any](row scanner, by order, tieText bool, scan func(scanner) (T, error)) (keyed[T], error) {
	var k keyed[T]
	head := []any{&k.at.Number, &k.at.Tie}
	if by.text {
		head[0] = &k.at.Text
	}
	if tieText {
		head[1] = &k.at.TieKey
	}
	var err error
	k.item, err = scan(keyedRow{row, head})
	return k, err
}
