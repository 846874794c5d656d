package policy

import (
	"regexp"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

// Counts is how many checks came to each verdict. A check with several findings on
// one resource counts once: as fail when anything fails.
type Counts struct {
	Pass, Fail, Unknown, NotApplicable int
}

// Add adds the counts of another resource.
func (c *Counts) Add(o Counts) {
	c.Pass += o.Pass
	c.Fail += o.Fail
	c.Unknown += o.Unknown
	c.NotApplicable += o.NotApplicable
}

// Total is how many checks were evaluated.
func (c Counts) Total() int { return c.Pass + c.Fail + c.Unknown + c.NotApplicable }

// Evaluator judges resources one after another, reusing its memory. It must not be
// used by two goroutines at once; make one per worker with Library.NewEvaluator.
type Evaluator struct {
	// SkipPass leaves out findings of checks that pass or do not apply: they are
	// counted and not emitted. Set it before the first Evaluate.
	SkipPass bool
	// Interpreted has CEL's own interpreter evaluate everything. The answers are the same
	// and take longer; tests hold the two against each other.
	Interpreted bool

	lib         *Library
	run         run
	arena       arena
	registry    registry
	doc         document
	tracker     tracker
	scope       scope
	verdicts    []verdict
	collections Collections
	gathered    gathered
	ref         estate.Ref
	referenced  bool
	chosen      map[choice][]*check
	trusted     []string // see Trust
	unread      func(cloud, account string) *estate.Unknown
	widened     map[*object]*object // parameters with trusted in them, by those without
	patterns    map[string]*regexp.Regexp
	// onVerdict is told of every verdict, for the report on cases of checks.
	onVerdict func(c *check, v *verdict)
}

// NewEvaluator returns an evaluator for which it is now. Everything that depends on
// time (now, age_days, days_since) sees that moment.
func (l *Library) NewEvaluator(now time.Time) *Evaluator {
	e := &Evaluator{lib: l, registry: registry{sign: 1}, chosen: map[choice][]*check{}}
	e.run = run{now: now.UTC(), adapter: l.engine.adapter}
	e.doc = document{run: &e.run, arena: &e.arena, registry: &e.registry}
	e.scope = scope{ev: e, now: types.Timestamp{Time: now.UTC()}}
	frame, err := interpreter.NewExecutionFrame(&e.scope)
	if err != nil {
		panic(err) // only for input that is no activation
	}
	e.scope.frame = frame
	return e
}

// maxKept is the largest document whose buffers are kept for the next one.
const maxKept = 4 << 20

// Evaluate runs every check for the resource in line (an estate.Resource as JSON):
// those of its type and those of the facets it offers, in the order of their ids.
// A facet of which something is unknown counts as offered.
//
// ctx is what analysis added, nil when nothing was; cols are the collections of the
// resource's account, nil when no check needs one (see Library.CollectionsFor).
// Findings go to emit in order; they share no memory with line. An error of emit
// ends the evaluation and is returned. A line that is no resource is
// estate.CodeInvalid, and nothing is emitted for it.
func (e *Evaluator) Evaluate(line []byte, ctx *estate.Context, cols Collections, emit func(estate.Finding) error) (Counts, error) {
	return e.EvaluateWith(line, func(*fastjson.Value) (*estate.Context, error) { return ctx, nil }, cols, emit)
}

// EvaluateWith is Evaluate for a context that is worked out from the parsed line. It is
// asked for once and must not keep what it is given.
func (e *Evaluator) EvaluateWith(line []byte, about func(*fastjson.Value) (*estate.Context, error), cols Collections, emit func(estate.Finding) error) (Counts, error) {
	if err := e.load(line, cols); err != nil {
		return Counts{}, err
	}
	ctx, err := about(e.doc.root)
	if err != nil {
		return Counts{}, err
	}
	e.run.context = ctx
	var counts Counts
	account := text(e.doc.root.GetStringBytes("account"))
	for _, c := range e.checks() {
		e.scope.enter(c, e.doc.view(c.shape), e.paramsFor(c, account, ctx))
		e.verdicts = e.scope.judge(e.verdicts[:0])
		counts.count(e.verdicts)
		if err := e.emit(emit); err != nil {
			return counts, err
		}
	}
	if len(line) > maxKept {
		e.doc = document{run: &e.run, arena: &e.arena, registry: &e.registry}
	}
	return counts, nil
}

func (e *Evaluator) load(line []byte, cols Collections) error {
	e.arena.reset()
	e.registry.reset()
	e.run.context, e.collections, e.referenced = nil, cols, false
	if err := e.doc.load(line, nil); err != nil {
		return err
	}
	if cols != nil {
		e.gathered.reset(text(e.doc.root.GetStringBytes("account")))
		e.gathered.tidy()
	}
	return nil
}

// count adds the verdicts of one check: the first one, because a fail comes first.
func (c *Counts) count(all []verdict) {
	switch all[0].status {
	case estate.Pass:
		c.Pass++
	case estate.Fail:
		c.Fail++
	case estate.NotApplicable:
		c.NotApplicable++
	default:
		c.Unknown++
	}
}

func (e *Evaluator) emit(emit func(estate.Finding) error) error {
	var seen map[string]int
	for i := range e.verdicts {
		v := &e.verdicts[i]
		if e.onVerdict != nil {
			e.onVerdict(e.scope.check, v)
		}
		if e.SkipPass && (v.status == estate.Pass || v.status == estate.NotApplicable) {
			continue
		}
		if v.element != nil && seen == nil {
			seen = map[string]int{}
		}
		if err := emit(e.finding(v, seen)); err != nil {
			return err
		}
	}
	return nil
}

// choice names the checks that a kind of resource gets: its type, and the facets
// that it offers as bits.
type choice struct {
	resourceType string
	facets       uint64
}

// checks returns the checks for the resource, sorted by id.
func (e *Evaluator) checks() []*check {
	want := choice{resourceType: text(e.doc.root.GetStringBytes("type"))}
	for i, facet := range e.lib.facets {
		if e.doc.offers(facet) {
			want.facets |= 1 << i
		}
	}
	checks, ok := e.chosen[want]
	if !ok {
		want.resourceType = strings.Clone(want.resourceType)
		checks = e.lib.choose(want)
		e.chosen[want] = checks
	}
	return checks
}
