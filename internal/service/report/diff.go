package report

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Source replays a report into a handler and returns its error; it may be called more
// than once. Both a saved JSON report and a saved run that is judged again are sources.
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
	// Was is the verdict of A when it was fail or unknown; empty when the finding passed,
	// did not apply or did not exist.
	Was estate.Status `json:"was,omitempty"`
}

// Diff compares two reports and passes every change to yield: those of findings that B
// has, in the order of B, then those that B lacks, in the order of A. Findings are matched
// by their key. Memory follows the failures and unknowns of A, some 100 bytes each, and
// the scopes. The finding in a Change is valid during the call.
//
// It reads A twice and ends at the first error of a source or of yield.
func Diff(a, b Source, yield func(Change) error) error {
	d := &differ{yield: yield, known: map[key]state{}, resources: map[key]bool{}, before: scopes{}, after: scopes{}, checks: map[string]bool{}}
	if err := a(&pass{coverage: d.before.add, finding: d.remember}); err != nil {
		return err
	}
	if err := b(&pass{begin: d.begin, coverage: d.after.add, finding: d.compare}); err != nil {
		return err
	}
	return a(&pass{finding: d.absent})
}

// state is what is remembered of a finding of A.
type state uint8

const (
	wasFailing state = 1 << iota
	wasUnknown
	wasAside // it failed and was set aside
	inB
)

// differ holds what is known of A while B passes by.
type differ struct {
	yield       func(Change) error
	known       map[key]state
	resources   map[key]bool // of the failures of A; true when B has the resource
	before      scopes
	after       scopes
	checks      map[string]bool // those B ran
	onlyFailing bool            // B left out what passes
}

func (d *differ) remember(f *estate.Finding) error {
	switch {
	case f.Status == estate.Fail && f.Suppressed != nil:
		d.known[keyOf(f)] = wasAside
	case f.Status == estate.Fail:
		d.known[keyOf(f)] = wasFailing
		d.resources[resourceKey(f)] = false
	case f.Status == estate.UnknownStatus:
		d.known[keyOf(f)] = wasUnknown
	}
	return nil
}

func (d *differ) begin(run output.Run) {
	d.onlyFailing = run.Asked.OnlyFailing
	for i := range run.Checks {
		d.checks[run.Checks[i].ID] = true
	}
}

func (d *differ) compare(f *estate.Finding) error {
	if resource := resourceKey(f); len(d.resources) > 0 {
		if _, failed := d.resources[resource]; failed {
			d.resources[resource] = true
		}
	}
	k := keyOf(f)
	was := d.known[k]
	if was != 0 {
		d.known[k] = was | inB
	}
	kind := between(was, f)
	if kind == "" {
		return nil
	}
	return d.yield(Change{Kind: kind, Finding: f, Was: was.status()})
}

// between says what became of a finding that B has; empty when it fails in neither.
func between(was state, b *estate.Finding) Kind {
	failed, fails := was&wasFailing != 0, b.Status == estate.Fail
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

func (s state) status() estate.Status {
	switch {
	case s&(wasFailing|wasAside) != 0:
		return estate.Fail
	case s&wasUnknown != 0:
		return estate.UnknownStatus
	}
	return ""
}

// absent says what became of a failure of A that B says nothing of.
func (d *differ) absent(f *estate.Finding) error {
	if was := d.known[keyOf(f)]; was&wasFailing == 0 || was&inB != 0 {
		return nil
	}
	return d.yield(Change{Kind: d.fate(f), Finding: f, Was: estate.Fail})
}

func (d *differ) fate(f *estate.Finding) Kind {
	switch {
	case !d.checks[f.Check]:
		return NotChecked
	case d.resources[resourceKey(f)]:
		return Fixed
	case !d.after.complete(f.Resource, d.before):
		return NotRead
	case d.onlyFailing:
		return Fixed // it passes, or it is gone: such a report does not tell which
	default:
		return Gone
	}
}

// keyOf returns the key of a finding; of one that has none it makes it.
func keyOf(f *estate.Finding) (k key) {
	text := f.Key
	if len(text) != 2*keySize {
		text = estate.FindingKey(f.Check, f.Resource, f.Element)
	}
	if _, err := hex.Decode(k[:], []byte(text)); err != nil {
		sum := sha256.Sum256([]byte(text))
		copy(k[:], sum[:])
	}
	return k
}

func resourceKey(f *estate.Finding) (k key) {
	r := f.Resource
	sum := sha256.Sum256([]byte(string(r.Cloud) + "\x00" + r.Account + "\x00" + r.Type + "\x00" + r.ID))
	copy(k[:], sum[:])
	return k
}
