package report

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Source replays a report into a handler and returns its error. Both a saved JSON report
// and a saved run that is judged again are sources.
type Source func(output.Handler) error

// Kind says what became of a failure between two reports, A and B.
type Kind string

// What can become of a failure. Only Fixed and Gone are good news.
const (
	// New fails in B and did not in A.
	New Kind = "new"
	// Still fails in both.
	Still Kind = "still"
	// Fixed fails in A and passes, or does not apply any more, in B.
	Fixed Kind = "fixed"
	// SetAside fails in both, and B sets it aside.
	SetAside Kind = "set_aside"
	// Lost fails in A and could not be judged in B: an attribute is unknown.
	Lost Kind = "unknown"
	// NotRead fails in A, and B could not list the scope of its resource. It is not fixed.
	NotRead Kind = "not_read"
	// NotChecked fails in A, and B did not run its check. It is not fixed.
	NotChecked Kind = "not_checked"
	// Gone fails in A, and B read its scope whole without finding the resource.
	Gone Kind = "gone"
)

// Change is one failure and what became of it.
type Change struct {
	Kind Kind `json:"kind"`
	// Finding is that of B where B has it, else that of A.
	Finding *estate.Finding `json:"finding"`
	// Was is the verdict of A, empty when A had none: the finding is new to it.
	Was estate.Status `json:"was,omitempty"`
}

// Diff compares two reports and passes every change to yield, in the order of a report.
// It holds the coverage of B and no more than two findings; both reports must be in
// order, which those of stance are. The finding in a Change is valid during the call.
//
// It ends at the first error of a source or of yield.
func Diff(a, b Source, yield func(Change) error) error {
	left, stopLeft := pull(a)
	defer stopLeft()
	right, stopRight := pull(b)
	defer stopRight()
	d := &differ{left: left, right: right, yield: yield}
	return d.run()
}

// differ walks both reports side by side.
type differ struct {
	left, right *stream
	yield       func(Change) error
	present     estate.Ref // the last resource that B judged
	hasPresent  bool
}

func (d *differ) run() error {
	if err := d.start(); err != nil {
		return err
	}
	for d.left.current != nil || d.right.current != nil {
		if err := d.step(); err != nil {
			return err
		}
	}
	return nil
}

// start reads both reports up to their first finding: run and coverage are known then.
func (d *differ) start() error {
	if err := d.left.next(); err != nil {
		return err
	}
	return d.right.next()
}

func (d *differ) step() error {
	switch order := d.compare(); {
	case order < 0:
		return d.onlyLeft()
	case order > 0:
		if err := d.onlyRight(); err != nil {
			return err
		}
		return d.advanceRight()
	}
	if err := d.both(); err != nil {
		return err
	}
	if err := d.left.next(); err != nil {
		return err
	}
	return d.advanceRight()
}

func (d *differ) compare() int {
	switch {
	case d.left.current == nil:
		return 1
	case d.right.current == nil:
		return -1
	default:
		return output.CompareFindings(d.left.current, d.right.current)
	}
}

func (d *differ) advanceRight() error {
	d.present, d.hasPresent = d.right.current.Resource, true
	return d.right.next()
}

func (d *differ) onlyRight() error {
	f := d.right.current
	if f.Status != estate.Fail || f.Suppressed != nil {
		return nil
	}
	return d.yield(Change{Kind: New, Finding: f})
}

func (d *differ) both() error {
	a, b := d.left.current, d.right.current
	kind := between(a, b)
	if kind == "" {
		return nil
	}
	return d.yield(Change{Kind: kind, Finding: b, Was: a.Status})
}

// between says what became of a finding that both reports have; empty when it is none
// of their failures.
func between(a, b *estate.Finding) Kind {
	failed, fails := a.Status == estate.Fail && a.Suppressed == nil, b.Status == estate.Fail
	switch {
	case failed && fails && b.Suppressed != nil:
		return SetAside
	case failed && fails:
		return Still
	case failed && b.Status == estate.UnknownStatus:
		return Lost
	case failed:
		return Fixed
	case fails && b.Suppressed == nil:
		return New
	}
	return ""
}

// onlyLeft says what became of a failure that B says nothing of.
func (d *differ) onlyLeft() error {
	f := d.left.current
	if f.Status == estate.Fail && f.Suppressed == nil {
		if err := d.yield(Change{Kind: d.absent(f), Finding: f, Was: f.Status}); err != nil {
			return err
		}
	}
	return d.left.next()
}

func (d *differ) absent(f *estate.Finding) Kind {
	r := f.Resource
	scope := estate.Scope{Cloud: r.Cloud, Account: r.Account, Region: r.Region, Type: r.Type}
	seen := d.hasPresent && same(d.present, r) || d.right.current != nil && same(d.right.current.Resource, r)
	switch {
	case !d.right.checks[f.Check]:
		return NotChecked
	case seen:
		return Fixed
	case !d.right.complete[scope]:
		return NotRead
	case d.right.run.Asked.OnlyFailing:
		return Fixed // it passes, or it is gone: such a report does not tell which
	default:
		return Gone
	}
}

func same(a, b estate.Ref) bool {
	return a.ID == b.ID && a.Type == b.Type && a.Region == b.Region && a.Account == b.Account && a.Cloud == b.Cloud
}
