package decide_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const worlds = 3000

// eachWorld calls visit with random requests, the same ones in every run.
func eachWorld(t *testing.T, seed uint64, visit func(w *world)) {
	t.Helper()
	for i := range worlds {
		w := newWorld(rand.New(rand.NewPCG(seed, uint64(i))))
		visit(w)
		if t.Failed() {
			t.Fatalf("world %d:\n%s", i, w)
		}
	}
}

// eachRequest is eachWorld with every second request made concrete.
func eachRequest(t *testing.T, seed uint64, visit func(w *world)) {
	t.Helper()
	eachWorld(t, seed, func(w *world) {
		if w.random.IntN(2) == 0 {
			w.settle()
		}
		visit(w)
	})
}

// settle chooses whether the request has each open key, and with which value.
func (w *world) settle() {
	for _, key := range []string{"x:1", "x:2", "aws:SourceIp", "aws:TagKeys"} {
		if values := worldKeys[key]; w.random.IntN(3) == 0 {
			w.request.Context.Absent(key)
		} else {
			w.request.Context.Set(key, pick(w.random, values...))
		}
	}
}

// rank orders outcomes by what they let through.
func rank(o decide.Outcome) int {
	switch o {
	case decide.Allowed:
		return 2
	case decide.Conditional, decide.Unknown:
		return 1
	default:
		return 0
	}
}

func TestOutcomesVary(t *testing.T) {
	t.Parallel()
	counts := map[decide.Outcome]int{}
	eachWorld(t, 1, func(w *world) { counts[w.decide().Outcome]++ })
	for o := decide.Unknown; o <= decide.DeniedExplicitly; o++ {
		if counts[o] < worlds/100 {
			t.Errorf("the random worlds hardly ever come out as %s: %v", o, counts)
		}
	}
}

func TestExplanationAndVerdictAgree(t *testing.T) {
	t.Parallel()
	eachRequest(t, 2, func(w *world) {
		d := w.decide()
		if problems := disagreements(&d); len(problems) > 0 {
			t.Errorf("%v\nby %+v\nresidue: %s\n%s", problems, d.By, d.Residue, traceText(&d))
		}
	})
}

func TestAddingADenyNeverGrants(t *testing.T) {
	t.Parallel()
	eachRequest(t, 3, func(w *world) {
		before := w.decide()
		w.change(func(doc *policydoc.Document, resource bool) {
			deny := w.statement(resource)
			deny.Effect = "Deny"
			doc.Statements = append(doc.Statements, deny)
		})
		if after := w.decide(); rank(after.Outcome) > rank(before.Outcome) {
			t.Errorf("%s becomes %s", before.Outcome, after.Outcome)
		}
	})
}

func TestRemovingAnAllowNeverGrants(t *testing.T) {
	t.Parallel()
	eachRequest(t, 4, func(w *world) {
		before := w.decide()
		w.change(func(doc *policydoc.Document, _ bool) {
			for i := range doc.Statements {
				if doc.Statements[i].Allows() {
					doc.Statements = slices.Delete(slices.Clone(doc.Statements), i, i+1)
					return
				}
			}
		})
		if after := w.decide(); rank(after.Outcome) > rank(before.Outcome) {
			t.Errorf("%s becomes %s", before.Outcome, after.Outcome)
		}
	})
}

func TestRemovingABoundaryNeverDenies(t *testing.T) {
	t.Parallel()
	eachRequest(t, 5, func(w *world) {
		before := w.decide()
		w.layers.Boundary = nil
		if after := w.decide(); rank(after.Outcome) < rank(before.Outcome) {
			t.Errorf("%s becomes %s", before.Outcome, after.Outcome)
		}
	})
}

func TestSplittingAStatementChangesNothing(t *testing.T) {
	t.Parallel()
	eachRequest(t, 6, func(w *world) {
		before := w.decide()
		w.change(func(doc *policydoc.Document, _ bool) {
			var split []policydoc.Statement
			for _, s := range doc.Statements {
				split = append(split, halves(s)...)
			}
			doc.Statements = split
		})
		if after := w.decide(); after.Outcome != before.Outcome {
			t.Errorf("%s becomes %s", before.Outcome, after.Outcome)
		}
	})
}

// halves splits a statement by its actions, resources and principals.
func halves(s policydoc.Statement) []policydoc.Statement {
	list := []policydoc.Statement{s}
	list = splitBy(list, func(s *policydoc.Statement) *[]string { return &s.Actions })
	list = splitBy(list, func(s *policydoc.Statement) *[]string { return &s.Resources })
	return splitBy(list, func(s *policydoc.Statement) *[]policydoc.Principal { return &s.Principals })
}

func splitBy[T any](list []policydoc.Statement, field func(*policydoc.Statement) *[]T) []policydoc.Statement {
	var split []policydoc.Statement
	for _, s := range list {
		items := *field(&s)
		if len(items) < 2 {
			split = append(split, s)
			continue
		}
		for _, item := range items {
			*field(&s) = []T{item}
			split = append(split, s)
		}
	}
	return split
}

func TestCaseOfActionsAndKeysChangesNothing(t *testing.T) {
	t.Parallel()
	eachRequest(t, 7, func(w *world) {
		before := w.decide()
		w.request.Action = strings.ToUpper(w.request.Action)
		w.change(func(doc *policydoc.Document, _ bool) {
			for i := range doc.Statements {
				s := &doc.Statements[i]
				s.Actions, s.NotActions = upper(s.Actions), upper(s.NotActions)
				for j := range s.Conditions {
					s.Conditions[j].Key = strings.ToUpper(s.Conditions[j].Key)
				}
			}
		})
		if after := w.decide(); after.Outcome != before.Outcome {
			t.Errorf("%s becomes %s", before.Outcome, after.Outcome)
		}
	})
}

func upper(list []string) []string {
	var all []string
	for _, text := range list {
		all = append(all, strings.ToUpper(text))
	}
	return all
}

// TestConditionalCoversEveryCompletion settles the open keys in every way the world
// has values for, and holds the answer against the one that left them open.
func TestConditionalCoversEveryCompletion(t *testing.T) {
	t.Parallel()
	complete := 0
	eachWorld(t, 8, func(w *world) {
		d := w.decide()
		if d.Outcome == decide.Unknown {
			return
		}
		w.completions(func(request decide.Request, settled map[string]string) {
			complete++
			got := decide.Decide(request, w.layers)
			if problem := covers(&d, &got, request); problem != "" && !t.Failed() {
				t.Errorf("with %v: %s\nresidue: %s\n%s", settled, problem, d.Residue, traceText(&got))
			}
		})
	})
	t.Logf("%d completions", complete)
}

// covers says what is wrong with an answer, given the one for a completion.
func covers(general, completed *decide.Decision, request decide.Request) string {
	var allowed bool
	switch general.Outcome {
	case decide.Allowed:
		allowed = true
	case decide.Conditional:
		if general.Residue.Complex {
			return ""
		}
		allowed = general.Residue.Met(request)
	}
	want := 0
	if allowed {
		want = 2
	}
	if rank(completed.Outcome) != want {
		return fmt.Sprintf("%s says allowed=%v, but it is %s", general.Outcome, allowed, completed.Outcome)
	}
	return ""
}
