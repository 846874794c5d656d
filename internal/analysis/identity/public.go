package identity

import (
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Options says what is known around a document.
type Options struct {
	// Resource is the ARN of the resource the document is attached to. With it,
	// "*" as a resource means no more than that resource and what is inside it, so
	// a deny that names these overrules it. Empty when not known.
	Resource string
	// Now is the time the question is asked for. Zero leaves conditions on the
	// time unknown.
	Now time.Time
}

// Access is what a document grants to strangers: to anonymous callers, or to the
// principals of any AWS account.
type Access struct {
	// Verdict is Yes when some stranger's request is allowed, No when none is,
	// Maybe when that hangs on something not known.
	Verdict estate.Tri
	// Actions are the action patterns behind the verdict, as written, sorted: for
	// Yes those granted, for Maybe those that may be. "*" stands for a grant of
	// all actions but some. Empty for No.
	Actions []string
	// Statements are the positions of the deciding statements, rising. For Yes and
	// Maybe: the allow statements, and the deny statements that may overrule them.
	// For No: those that come nearest, which are allow statements that name
	// everyone and the deny statements that overrule them.
	Statements []int
	// Residue says in words, one entry for each, what remains to be met or is left
	// out: the conditions of the deciding statements, actions denied in part. At
	// most sixteen entries, each at most 300 bytes. It quotes the document: escape
	// it.
	Residue []string
}

// Public tells what a resource policy grants to strangers, after its denies. A
// statement for an AWS service is not one for strangers; see ConfusedDeputies.
//
// A grant is for strangers when its principal is "*" or {"AWS": "*"}, or when it
// allows all but those in NotPrincipal, and strangers can meet its conditions. A
// deny takes it away when it covers the same action and resource and every
// stranger meets its conditions. Denies are held against a grant one by one: where
// only several together would cover it, the grant stays.
func Public(doc *policydoc.Document, options Options) Access {
	if doc == nil {
		return Access{Residue: []string{"the policy could not be read"}}
	}
	d := newDossier(doc, options)
	var all []finding
	for i := range doc.Statements {
		if doc.Statements[i].Allows() {
			all = append(all, d.grant(i)...)
		}
	}
	if d.work < 0 {
		return Access{Residue: []string{"the policy is too large to decide"}}
	}
	return d.access(all)
}

// dossier is a document under examination.
type dossier struct {
	doc      *policydoc.Document
	resource string
	now      time.Time
	denies   []denial
	// work is what is left of the budget, in characters compared.
	work int
}

// mostWork bounds one examination. It is enough for any policy of 20 kB, the limit
// of most services.
const mostWork = 1 << 25

func newDossier(doc *policydoc.Document, options Options) *dossier {
	d := &dossier{doc: doc, resource: options.Resource, now: options.Now, work: mostWork}
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if !s.Denies() {
			continue
		}
		if force := everyone(s).And(d.meetAll(s).must); force != estate.No {
			d.denies = append(d.denies, denial{
				index: i, statement: s, force: force, actions: lowered(s.Actions), notActions: lowered(s.NotActions)})
		}
	}
	return d
}

// finding is what one action pattern of one allow statement comes to.
type finding struct {
	statement int
	action    string
	verdict   estate.Tri
	// denies are the deny statements that have, or may have, taken something away.
	denies []int
	// except says what of the action is denied.
	except []string
}

// grant examines an allow statement, action by action.
func (d *dossier) grant(index int) []finding {
	s := &d.doc.Statements[index]
	named := everyone(s)
	if named == estate.No {
		return nil
	}
	open := named.And(d.meetAll(s).can)
	var list []finding
	for _, action := range actionsOf(s) {
		f := finding{statement: index, action: action, verdict: estate.No}
		if open != estate.No {
			d.held(&f, s, open)
		}
		list = append(list, f)
	}
	return list
}

// held finds what is left of an action after the denies, over all resources. It
// stops when the budget is spent.
func (d *dossier) held(f *finding, s *policydoc.Statement, open estate.Tri) {
	for _, resource := range d.reach(resourcesOf(s)) {
		action := narrow(f.action, resource, d.resource)
		if !applies(action, resource) || d.excepted(s, action, resource) {
			continue
		}
		kept := open
		for i := range d.denies {
			deny := &d.denies[i]
			if !d.spend(0) {
				return
			}
			if deny.covers(d, action, resource) {
				kept = kept.And(deny.force.Not())
				f.denies = append(f.denies, deny.index)
			}
			if deny.force == estate.Yes && len(f.except) < mostResidue {
				f.except = append(f.except, deny.part(d, action, resource)...)
			}
		}
		f.verdict = f.verdict.Or(kept)
	}
}

// access sums findings up.
func (d *dossier) access(all []finding) Access {
	result := Access{Verdict: estate.No}
	for _, f := range all {
		result.Verdict = result.Verdict.Or(f.verdict)
	}
	for _, f := range all {
		if f.verdict != result.Verdict {
			continue
		}
		result.Statements = append(result.Statements, f.statement)
		if result.Verdict != estate.Yes {
			result.Statements = append(result.Statements, f.denies...)
		}
		if result.Verdict != estate.No {
			result.Actions = append(result.Actions, f.action)
		}
	}
	result.Actions = sorted(result.Actions)
	result.Statements = sorted(result.Statements)
	result.Residue = d.residue(&result, all)
	return result
}

// meetAll judges all conditions of a statement together.
func (d *dossier) meetAll(s *policydoc.Statement) chance {
	all := always
	for i := range s.Conditions {
		one := d.meet(&s.Conditions[i])
		all = chance{all.can.And(one.can), all.must.And(one.must)}
	}
	return all
}

// everyone tells whether a statement is about every stranger.
func everyone(s *policydoc.Statement) estate.Tri {
	if len(s.NotPrincipals) > 0 {
		return estate.TriOf(!slices.ContainsFunc(s.NotPrincipals, policydoc.Principal.Anyone))
	}
	result := estate.No
	for _, p := range s.Principals {
		switch {
		case p.Anyone():
			return estate.Yes
		// AWS documents no wildcards inside a principal; what a service makes of
		// one is not known.
		case p.Kind != "Service" && policydoc.IsPattern(p.ID):
			result = estate.Maybe
		}
	}
	return result
}

// actionsOf returns the action patterns of a statement; all of them where it names
// those it leaves out.
func actionsOf(s *policydoc.Statement) []string {
	if len(s.NotActions) > 0 {
		return []string{"*"}
	}
	return s.Actions
}

// resourcesOf is the same for resources. A statement without any is about the
// resource the policy is attached to.
func resourcesOf(s *policydoc.Statement) []string {
	if len(s.Resources) == 0 {
		return []string{"*"}
	}
	return s.Resources
}
