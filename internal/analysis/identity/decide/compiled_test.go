package decide_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// compiled asks the compiled evaluator.
func compiled(c *compile.Compiler, request *decide.Request, layers *decide.Layers) decide.Outcome {
	return c.Decide(&compile.Request{
		Caller: c.Caller(request.Principal), Set: c.Set(*layers), Target: c.Target(request.Action, request.Resource, layers.RCPs),
		Given: &request.Context, Alone: true,
	})
}

func TestCompiledDecidesEveryCase(t *testing.T) {
	t.Parallel()
	with, without := compile.New(reference.Load()), compile.New(nil)
	eachCase(t, func(file string, c *suiteCase) {
		request, layers := c.request()
		compiler := with
		if request.Reference == nil {
			compiler = without
		}
		if got := compiled(compiler, &request, &layers); got.String() != c.Expect {
			t.Errorf("%s/%s: %s, want %s", file, c.Name, got, c.Expect)
		}
	})
}

func TestCompiledAgreesInWorlds(t *testing.T) {
	t.Parallel()
	c := compile.New(nil)
	eachWorld(t, 11, func(w *world) {
		if got, want := compiled(c, &w.request, &w.layers), w.decide(); got != want.Outcome && !want.Residue.Complex {
			t.Errorf("compiled: %s, traced: %s by %+v\nresidue: %s\n%s", got, want.Outcome, want.By, want.Residue, traceText(&want))
		}
	})
}
