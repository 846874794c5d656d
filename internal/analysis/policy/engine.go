package policy

import (
	"math"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"

	"github.com/stance-sec/stance/internal/estate"
)

// engine compiles expressions. Programs it makes may be shared by goroutines.
type engine struct {
	shapes  *shapes
	adapter adapter
	base    *cel.Env
	interp  interpreter.Interpreter
	tracker *cost.Tracker
	disp    interpreter.Dispatcher
	// costLimit bounds one expression that loops.
	costLimit int64
}

func newEngine(shapes *shapes, costLimit uint64) (*engine, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, internal(err)
	}
	e := &engine{shapes: shapes, adapter: adapter{registry}, costLimit: int64(min(costLimit, math.MaxInt64))}
	p := &provider{base: registry, shapes: shapes}
	if e.base, err = cel.NewEnv(environment(p, e.adapter)...); err != nil {
		return nil, internal(err)
	}
	e.disp = interpreter.NewDispatcher()
	for _, name := range sortedKeys(e.base.Functions()) {
		bindings, err := e.base.Functions()[name].Bindings()
		if err != nil {
			return nil, internal(err)
		}
		for _, b := range bindings {
			if err := e.disp.Add(strictArguments(name, b)); err != nil {
				return nil, internal(err)
			}
		}
	}
	factory := attributes{interpreter.NewAttributeFactory(containers.DefaultContainer, e.adapter, p), shapes}
	e.interp = interpreter.NewInterpreter(e.disp, containers.DefaultContainer, p, e.adapter, factory)
	if e.tracker, err = cost.NewTracker(nil, cost.TrackerLimit(costLimit), cost.TrackerLimitExceededHandler(exceeded)); err != nil {
		return nil, internal(err)
	}
	return e, nil
}

// exceeded ends an evaluation that costs too much; scope.eval recovers from it.
func exceeded() {
	panic(interpreter.EvalCancelledError{Cause: interpreter.CostLimitExceeded, Message: "cost limit exceeded"})
}

func internal(err error) error {
	return estate.Errorf(estate.CodeInternal, "set up the policy engine", "%w", err)
}

// environment lists what every expression may use.
func environment(p *provider, a adapter) []cel.EnvOption {
	opts := []cel.EnvOption{
		cel.CustomTypeProvider(p), cel.CustomTypeAdapter(a),
		cel.Variable("now", cel.TimestampType),
		cel.DefaultUTCTimeZone(true),
		cel.ASTValidators(
			cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateRegexLiterals(),
			cel.ValidateHomogeneousAggregateLiterals(), cel.ValidateComprehensionNestingLimit(4),
		),
	}
	return append(opts, functionOptions()...)
}

// program is a compiled expression.
type program struct {
	ast  *ast.AST
	eval interpreter.InterpretableV2
	// direct evaluates in place of eval; nil where there is none.
	direct *direct
}

// compile checks an expression and plans it. What is wrong goes to found at its
// place in the file, and the result is nil.
func (e *engine) compile(env *cel.Env, l literal, found *problems) *program {
	checked, issues := env.Compile(l.value)
	if issues != nil && issues.Err() != nil {
		for _, is := range issues.Errors() {
			found.Add(l.at(is.Location.Line(), is.Location.Column()), "%s", plainMessage(is.Message))
		}
		return nil
	}
	tree := checked.NativeRep()
	if !e.typed(tree, l, found) {
		return nil
	}
	planned, narrowings := e.joins(tree)
	opts := []interpreter.PlannerOption{
		interpreter.Optimize(), interpreter.CompileRegexConstants(interpreter.MatchesRegexOptimization),
		interpreter.CustomDecoratorV2(threeValuedEquality), interpreter.CustomDecoratorV2(nearby(narrowings)),
	}
	if loops(tree.Expr()) {
		opts = append(opts, interpreter.CostObserver(interpreter.CostTrackerFactory(e.tracker.Clone)))
	}
	eval, err := e.interp.NewInterpretable(planned, opts...)
	if err != nil {
		found.Add(l.position(), "%s", err)
		return nil
	}
	return &program{ast: tree, eval: eval, direct: e.direct(planned, narrowings)}
}

// typed refuses fields of values without a type: a misspelt one would not be found.
func (e *engine) typed(tree *ast.AST, l literal, found *problems) bool {
	ok := true
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.SelectKind || tree.ReferenceMap()[x.ID()] != nil {
			return
		}
		operand := tree.GetType(x.AsSelect().Operand().ID())
		if k := operand.Kind(); k != types.StructKind && k != types.MapKind {
			at := tree.SourceInfo().GetStartLocation(x.ID())
			found.Add(l.at(at.Line(), at.Column()), "field %q of a value whose type is not known", x.AsSelect().FieldName())
			ok = false
		}
	}))
	return ok
}

// loops reports whether an expression goes over a list or map: only then can its
// cost grow beyond its length, and only then is it metered.
func loops(x ast.Expr) bool {
	found := false
	ast.PreOrderVisit(x, ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() == ast.ComprehensionKind {
			found = true
		}
	}))
	return found
}
