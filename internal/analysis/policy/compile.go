package policy

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/estate/spelling"
)

// DefaultCostLimit bounds one expression that loops: about a second on slow
// hardware, and a thousand times what any sensible check needs.
const DefaultCostLimit = 10_000_000

// Options change how a library is compiled. The zero value is fine.
type Options struct {
	// Overrides change parameters.
	Overrides []Override
	// CostLimit bounds what one expression may cost, in CEL's units, before the
	// check is unknown; DefaultCostLimit when 0.
	CostLimit uint64
	// Partial is set where the sources are some of those that belong together: a check may
	// then supersede others that are not among them.
	Partial bool
}

// Compile checks and plans every expression of the sources against the shapes of
// resources. Sources may come from several Loads; an id or alias that two of them
// use is refused. Nothing is returned when anything is wrong: the error joins one
// *estate.Error with estate.CodeInvalid per problem, each with file:line:col.
//
// The set must not change while the library is in use.
func Compile(set *schema.Set, sources []Source, opts Options) (*Library, error) {
	shapes, err := newShapes(set)
	if err != nil {
		return nil, err
	}
	if opts.CostLimit == 0 {
		opts.CostLimit = DefaultCostLimit
	}
	engine, err := newEngine(shapes, opts.CostLimit)
	if err != nil {
		return nil, err
	}
	c := &compiler{engine: engine, found: &problems{}, owners: map[string]position{}}
	for i := range sources {
		c.source(&sources[i])
	}
	c.supersede(sources, opts.Partial)
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	lib := newLibrary(engine, c.checks)
	lib.override(opts.Overrides, c.found)
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	return lib, nil
}

type compiler struct {
	engine *engine
	found  *problems
	checks []*check
	owners map[string]position // of ids and aliases
}

func (c *compiler) source(s *Source) {
	shape, defaults := paramShape(s.ID, s.file, c.found)
	c.engine.shapes.byName[shape.name] = shape
	base := &object{shape: shape, slots: defaults, index: -1}
	before := c.found.Len()
	plan := c.plan(s.file, shape)
	for _, chk := range c.rows(s, base) {
		if plan == nil || c.found.Len() > before {
			continue
		}
		chk.plan = plan
		c.checks = append(c.checks, chk)
	}
}

// plan compiles the expressions of a file; nil when its target is unknown.
func (c *compiler) plan(f *checkFile, params *shape) *plan {
	target := c.target(f)
	if target == nil {
		return nil
	}
	p := &plan{shape: target}
	vars := []cel.EnvOption{cel.Variable("resource", target.cel), cel.Variable("params", params.cel)}
	for _, col := range f.collect {
		s := c.engine.shapes.resources[col.value]
		if s == nil {
			c.found.Add(col.position(), "resource type %q is not known%s", col.value, spelling.Suggestion(col.value, sortedKeys(c.engine.shapes.resources)))
			continue
		}
		p.collect = append(p.collect, collected{col.name.value, col.value, s})
		vars = append(vars, cel.Variable(col.name.value, types.NewListType(s.cel)))
	}
	env, err := c.engine.base.Extend(vars...)
	if err != nil {
		c.found.Add(f.title.position(), "%s", err)
		return nil
	}
	early, late := c.split(env, f)
	if env = c.lets(env, early, p); env == nil {
		return nil
	}
	if f.when.set() {
		p.when = c.typed(env, f.when, types.BoolType)
	}
	if env = c.each(env, f, p); env == nil {
		return nil
	}
	p.late = len(p.lets)
	if env = c.lets(env, late, p); env == nil {
		return nil
	}
	for _, a := range f.asserts {
		p.asserts = append(p.asserts, c.assert(env, f, a, target))
	}
	return p
}

// target returns the shape that the check judges.
func (c *compiler) target(f *checkFile) *shape {
	shapes := c.engine.shapes
	switch {
	case f.facet.set():
		if s := shapes.facets[f.facet.value]; s != nil {
			return s
		}
		c.found.Add(f.facet.position(), "facet %q is not known%s", f.facet.value, spelling.Suggestion(f.facet.value, sortedKeys(shapes.facets)))
	case f.typ.set():
		if s := shapes.resources[f.typ.value]; s != nil {
			return s
		}
		c.found.Add(f.typ.position(), "resource type %q is not known%s", f.typ.value, spelling.Suggestion(f.typ.value, sortedKeys(shapes.resources)))
	default:
		if s := shapes.resources[accountType]; s != nil {
			return s
		}
		c.found.Add(f.scope.position(), "scope: account needs the resource type %q, which is not known", accountType)
	}
	return nil
}

// split parts the named expressions that speak of the element of for_each, directly
// or through another one, from those that do not.
func (c *compiler) split(env *cel.Env, f *checkFile) (early, late []namedLiteral) {
	names := map[string]bool{}
	for _, e := range f.forEach {
		names[e.name.value] = true
	}
	for _, l := range f.lets {
		parsed, issues := env.Parse(l.value)
		if issues.Err() == nil && mentions(parsed.NativeRep().Expr(), names) {
			late = append(late, l)
			names[l.name.value] = true
			continue
		}
		early = append(early, l)
	}
	return early, late
}

// lets compiles named expressions in order; each may use those before it.
func (c *compiler) lets(env *cel.Env, lets []namedLiteral, p *plan) *cel.Env {
	for _, l := range lets {
		prog := c.engine.compile(env, l.literal, c.found)
		if prog == nil {
			return nil
		}
		p.lets = append(p.lets, let{l.name.value, prog})
		env = c.extend(env, l.name, prog.ast.GetType(prog.ast.Expr().ID()))
	}
	return env
}

func (c *compiler) each(env *cel.Env, f *checkFile, p *plan) *cel.Env {
	if len(f.forEach) == 0 {
		return env
	}
	e := f.forEach[0]
	prog := c.engine.compile(env, e.literal, c.found)
	if prog == nil {
		return nil
	}
	t := prog.ast.GetType(prog.ast.Expr().ID())
	if t.Kind() != types.ListKind {
		c.found.Add(e.position(), "for_each needs a list, not %s", cel.FormatCELType(t))
		return nil
	}
	p.each = &let{e.name.value, prog}
	return c.extend(env, e.name, t.Parameters()[0])
}

func (c *compiler) extend(env *cel.Env, name literal, t *types.Type) *cel.Env {
	out, err := env.Extend(cel.Variable(name.value, t))
	if err != nil {
		c.found.Add(name.position(), "%s", err)
		return nil
	}
	return out
}

// typed compiles an expression that must be of a type.
func (c *compiler) typed(env *cel.Env, l literal, want *types.Type) *program {
	prog := c.engine.compile(env, l, c.found)
	if prog == nil {
		return nil
	}
	if got := prog.ast.GetType(prog.ast.Expr().ID()); !want.IsExactType(got) {
		c.found.Add(l.position(), "the expression is of type %s where %s is needed", plainMessage(cel.FormatCELType(got)), want)
		return nil
	}
	return prog
}

func (c *compiler) assert(env *cel.Env, f *checkFile, a assertion, target *shape) assert {
	out := assert{program: c.typed(env, a.expr, types.BoolType), line: a.expr.position().Line}
	text, expr := a.message, a.messageExpr
	if !text.set() && !expr.set() {
		text, expr = f.message, f.messageExpr
	}
	out.message = c.message(env, text, expr)
	if a.at.set() {
		out.at = c.pointer(env, target, a.at)
	}
	return out
}

// own claims an id or alias, refusing one that is taken.
func (c *compiler) own(name string, at position) {
	if other, ok := c.owners[name]; ok {
		c.found.Add(at, "id %q is taken by %s", name, other)
		return
	}
	c.owners[name] = at
}
