package compile_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
)

// agree holds the compiled answer to a request against the traced one.
func agree(t *testing.T, c *compile.Compiler, w *world) decide.Outcome {
	t.Helper()
	got := c.Decide(&compile.Request{
		Caller: c.Caller(w.request.Principal), Set: c.Set(w.layers), Target: c.Target(w.request.Action, w.request.Resource, w.layers.RCPs),
		Given: &w.request.Context, Alone: true,
	})
	want := decide.Decide(w.request, w.layers)
	if got != want.Outcome && !want.Residue.Complex {
		t.Errorf("compiled: %s, traced: %s by %+v\nresidue: %s\nunknown: %v\n%s", got, want.Outcome, want.By, want.Residue, want.Unknown, w)
		for i := range want.Trace {
			t.Log(want.Trace[i].String())
		}
	}
	ready(t, c, w)
	return got
}

// ready holds callers and targets as they are made for many decisions, with nothing said
// beforehand but that the caller's tags may not have been read.
func ready(t *testing.T, c *compile.Compiler, w *world) {
	t.Helper()
	caller := c.Caller(w.request.Principal)
	request := w.request
	request.Context = decide.Known(&request.Principal, &request.Resource, request.Action)
	if w.chance(3) {
		const key = "aws:PrincipalTag/*"
		why := estate.Unknown{Path: "tags", Reason: estate.Denied}
		caller.Unread(key, why)
		request.Context.Unread(key, why)
	}
	r := compile.Request{Caller: caller, Set: c.Set(w.layers), Target: c.Target(request.Action, request.Resource, w.layers.RCPs)}
	want := decide.Decide(request, w.layers)
	if got := c.Decide(&r); got != want.Outcome && !want.Residue.Complex {
		t.Errorf("made ready: %s, traced: %s by %+v\nresidue: %s\nunknown: %v\n%s", got, want.Outcome, want.By, want.Residue, want.Unknown, w)
	}
	if got := c.Explain(&r); got.Outcome != want.Outcome || got.By != want.By {
		t.Errorf("explained: %s by %+v, traced: %s by %+v\n%s", got.Outcome, got.By, want.Outcome, want.By, w)
	}
}

// compilers are made anew after some worlds, so that their memory stays small.
type compilers struct {
	with, without *compile.Compiler
	uses          int
}

func (c *compilers) next(w *world) *compile.Compiler {
	const most = 2000
	if c.uses%most == 0 {
		c.with, c.without = compile.New(reference.Load()), compile.New(nil)
	}
	c.uses++
	if w.chance(4) {
		return c.without
	}
	w.request.Reference = reference.Load()
	return c.with
}

func TestCompiledAgreesWithTraced(t *testing.T) {
	t.Parallel()
	const worlds = 20_000
	var c compilers
	counts := map[decide.Outcome]int{}
	for i := range worlds {
		w := newWorld(rand.New(rand.NewPCG(3, uint64(i))))
		counts[agree(t, c.next(w), w)]++
		if t.Failed() {
			t.Fatalf("world %d", i)
		}
	}
	for o := decide.Unknown; o <= decide.DeniedExplicitly; o++ {
		if counts[o] < worlds/50 {
			t.Errorf("the random worlds hardly ever come out as %s: %v", o, counts)
		}
	}
}

// FuzzCompiledAgainstTraced goes on for as long as it is let.
func FuzzCompiledAgainstTraced(f *testing.F) {
	var c compilers
	f.Add(uint64(1), uint64(1))
	f.Fuzz(func(t *testing.T, seed, stream uint64) {
		w := newWorld(rand.New(rand.NewPCG(seed, stream)))
		agree(t, c.next(w), w)
	})
}
