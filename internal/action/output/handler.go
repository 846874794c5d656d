package output

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Handler receives one report. The calls come in this order, from one goroutine:
// Begin once, Coverage for every scope in the order of CompareCoverage, Finding for
// every finding in the order of CompareFindings, End once.
//
// A handler must not keep or change the finding after it returns: the caller may
// use the memory again. An error ends the stream: the caller makes no further call
// and throws away what was written. Nothing written counts until End returned nil.
type Handler interface {
	Begin(Run) error
	Coverage(estate.Coverage) error
	Finding(*estate.Finding) error
	End(Summary) error
}

// CompareFindings orders findings by cloud, account, type, resource id, check and
// element: the order of every report. Ids name the region where there is one.
func CompareFindings(a, b *estate.Finding) int {
	for _, pair := range [...][2]string{
		{string(a.Resource.Cloud), string(b.Resource.Cloud)},
		{a.Resource.Account, b.Resource.Account},
		{a.Resource.Type, b.Resource.Type},
		{a.Resource.ID, b.Resource.ID},
		{a.Check, b.Check},
		{a.Element, b.Element},
	} {
		if c := strings.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return 0
}

// CompareCoverage orders lines of the ledger by scope.
func CompareCoverage(a, b estate.Coverage) int { return a.Scope.Compare(b.Scope) }

// Tee returns a handler that passes every call on to each of the handlers in turn and
// stops at the first error. The other handlers then never see End.
func Tee(handlers ...Handler) Handler { return tee(handlers) }

type tee []Handler

func (t tee) each(call func(Handler) error) error {
	for _, h := range t {
		if err := call(h); err != nil {
			return err
		}
	}
	return nil
}

func (t tee) Begin(r Run) error { return t.each(func(h Handler) error { return h.Begin(r) }) }

func (t tee) Coverage(c estate.Coverage) error {
	return t.each(func(h Handler) error { return h.Coverage(c) })
}

func (t tee) Finding(f *estate.Finding) error {
	return t.each(func(h Handler) error { return h.Finding(f) })
}

func (t tee) End(s Summary) error { return t.each(func(h Handler) error { return h.End(s) }) }
