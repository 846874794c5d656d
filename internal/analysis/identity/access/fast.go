package access

import (
	"sync"
	"sync/atomic"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

// fast keeps principals and targets in compiled form. It is safe for concurrent use.
type fast struct {
	compiler *compile.Compiler
	who      sync.Map // *Principal -> *caller
	targets  sync.Map // [2]string -> *asked
	count    atomic.Int64
	blocks   sync.Map // *Resource -> *block
	rails    sync.Map // account and kind -> [][]decide.Source
	once     sync.Once
	all      *compile.Index // of the sorted principals
}

// tagKeys are the condition keys of a principal's tags.
const tagKeys = "aws:PrincipalTag/*"

// mostTargets bounds the targets that are kept.
const mostTargets = 1 << 14

// caller is a principal ready to be decided about.
type caller struct {
	*compile.Caller

	set *compile.Set
}

// asked is an action on a resource ready to be decided about.
type asked struct {
	*compile.Target

	block *block
	// granted is the target with a grant for everyone; nil unless its grants are unread.
	granted *compile.Target
}

// May answers what AskFor answers, without saying why and much faster: for questions
// that are asked many times. The words are those of AskFor.
func (d *Directory) May(p *Principal, action, resource string) decide.Outcome {
	return d.outcome(d.readyCaller(p), d.readyTarget(action, resource), nil)
}

func (d *Directory) outcome(who *caller, target *asked, given *decide.Context) decide.Outcome {
	o := d.fast.compiler.Decide(&compile.Request{Caller: who.Caller, Set: who.set, Target: target.Target, Given: given})
	if o == decide.DeniedImplicitly && target.granted != nil &&
		!denied(d.fast.compiler.Decide(&compile.Request{Caller: who.Caller, Set: who.set, Target: target.granted, Given: given})) {
		return decide.Unknown
	}
	return target.block.outcome(&who.Principal, o)
}

// Prepare makes many questions about a principal cheap that is none of the directory, such
// as what Joined returns, until Forget.
func (d *Directory) Prepare(p *Principal) {
	d.fast.who.Store(p, d.readyCaller(p))
}

// Forget ends what Prepare began. Principals of the directory stay.
func (d *Directory) Forget(p *Principal) {
	if d.principals[p.ARN] != p {
		d.fast.who.Delete(p)
	}
}

// readyCaller keeps the principals of the directory. Others, such as what Joined
// returns, are made ready each time.
func (d *Directory) readyCaller(p *Principal) *caller {
	if made, ok := d.fast.who.Load(p); ok {
		return made.(*caller) //nolint:forcetypeassert // only callers are stored
	}
	made := &caller{d.fast.compiler.Caller(d.Caller(p)), d.fast.compiler.Set(d.Layers(p))}
	if u := unknownIn(p.unknown, "tags"); u != nil {
		made.Unread(tagKeys, *u)
	}
	if d.principals[p.ARN] == p {
		d.fast.who.Store(p, made)
	}
	return made
}

// index returns the index over all principals, numbered as they are sorted.
func (d *Directory) index() *compile.Index {
	d.fast.once.Do(func() {
		d.fast.all = compile.NewIndex(d.fast.compiler)
		for _, p := range d.sorted {
			made := d.readyCaller(p)
			d.fast.all.Add(made.Caller, made.set)
		}
	})
	return d.fast.all
}

// readyTarget keeps the targets asked about last.
func (d *Directory) readyTarget(action, resource string) *asked {
	key := [2]string{action, resource}
	if made, ok := d.fast.targets.Load(key); ok {
		return made.(*asked) //nolint:forcetypeassert // only targets are stored
	}
	target, rcps := d.Target(resource)
	made := &asked{Target: d.fast.compiler.Target(action, target, rcps), block: d.block(resource, &target)}
	if d.perhapsGranted(action, resource) != nil {
		made.granted = d.fast.compiler.Target(action, granting(&target, action), rcps)
	}
	if d.fast.count.Add(1) > mostTargets {
		d.fast.targets.Clear()
		d.fast.count.Store(1)
	}
	d.fast.targets.Store(key, made)
	return made
}

// Holds reports whether a policy of the principal allows the action on anything at all,
// before boundaries and denies. It is true where a policy could not be read, and for
// actions that the reference data does not know but a pattern takes in.
func (d *Directory) Holds(p *Principal, action string) bool {
	return d.fast.compiler.Holds(d.readyCaller(p).set, action)
}

// settledBy is the context that a question settles beforehand.
func settledBy(given map[string][]string) *decide.Context {
	if len(given) == 0 {
		return nil
	}
	context := decide.NewContext(decide.OpenWorld)
	for key, values := range given {
		context.Set(key, values...)
	}
	return &context
}
