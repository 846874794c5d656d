package api

import (
	"context"
	"encoding/csv"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Paging is what every list takes.
type Paging struct {
	Sort   string `query:"sort" maxLength:"40" doc:"the name of a sort, with - in front for descending"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before; with the same filters and sort"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"how many rows a page has"`
	Total  bool   `query:"total" doc:"whether to count all rows, which may take long"`
	Format string `query:"format" enum:"json,csv" doc:"csv for all pages as one table"`
}

func (p *Paging) paging() *Paging { return p }

// request returns what the store is asked.
func (p *Paging) request() store.PageRequest {
	return store.PageRequest{Sort: p.Sort, Cursor: p.Cursor, Limit: p.Limit, Count: p.Total}
}

// paged is an input with Paging in it.
type paged[I any] interface {
	*I
	paging() *Paging
}

// mostRows is how many rows a table may have. Its end says when it was cut.
const mostRows = 1_000_000

// pageTime is how long a client may take to receive one page of a table.
const pageTime = time.Minute

// list registers an operation that answers in pages of T, or with all pages as CSV.
func list[I any, P paged[I], T any](a *API, o operation, fetch func(ctx context.Context, caller auth.Caller, in *I, page store.PageRequest) (store.Page[T], error)) {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[store.Page[T]](), true, "")
	content := map[string]*huma.MediaType{"application/json": {Schema: schema}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
	respond(a, o, content, func(ctx context.Context, caller auth.Caller, in *I) (func(huma.Context), error) {
		paging := P(in).paging()
		request := paging.request()
		table := paging.Format == "csv"
		if table {
			request.Limit = store.MaxLimit
		}
		first, err := fetch(ctx, caller, in, request)
		if err != nil {
			return nil, err
		}
		if table {
			return func(hc huma.Context) {
				writeTable(hc, o.id, first, func(cursor string) (store.Page[T], error) {
					request.Cursor = cursor
					return fetch(ctx, caller, in, request)
				})
			}, nil
		}
		return func(hc huma.Context) {
			fill(reflect.ValueOf(&first))
			hc.SetHeader("Content-Type", "application/json")
			hc.SetStatus(http.StatusOK)
			if err := writeJSON(hc.BodyWriter(), first); err != nil {
				report(ctx, err)
			}
		}, nil
	})
	a.routes[len(a.routes)-1].List = true
}

// writeTable writes a page and all that follow it. When a later page cannot be had, the
// connection is cut, so that nobody takes a part for the whole.
func writeTable[T any](hc huma.Context, name string, page store.Page[T], next func(cursor string) (store.Page[T], error)) {
	hc.SetHeader("Content-Type", "text/csv; charset=utf-8")
	hc.SetHeader("Content-Disposition", `attachment; filename="stance-`+name+`.csv"`)
	hc.SetStatus(http.StatusOK)
	columns := columnsOf(reflect.TypeFor[T]())
	_, writer := humago.Unwrap(hc)
	deadline := http.NewResponseController(writer).SetWriteDeadline
	w := csv.NewWriter(writer)
	row := make([]string, len(columns))
	for i := range columns {
		row[i] = columns[i].name
	}
	_ = w.Write(row)
	for rows := 0; ; {
		_ = deadline(time.Now().Add(pageTime)) // not every writer has one
		for i := range page.Items {
			v := reflect.ValueOf(&page.Items[i]).Elem()
			for c := range columns {
				row[c] = escape.CSV(columns[c].text(v))
			}
			_ = w.Write(row)
		}
		w.Flush()
		rows += len(page.Items)
		if page.Next == "" || w.Error() != nil {
			return
		}
		var err error
		if page, err = next(page.Next); err != nil || rows >= mostRows {
			report(hc.Context(), err)
			panic(http.ErrAbortHandler)
		}
	}
}
