package unused

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Proof is what came of holding a proposal against the policies it replaces.
type Proof struct {
	// Used is how many actions AWS saw in use, or cannot tell apart from what was used,
	// that the policies allow on something.
	Used int
	// Asked is how many questions were asked of both, at most mostAsked.
	Asked int
	// Lost are used actions of which the answer changed, Gained are actions that the
	// proposal allows anywhere and the policies nowhere; sorted, empty for a good one.
	Lost, Gained []string
}

const (
	// mostAsked bounds the work for one proposal.
	mostAsked = 50_000
	// samples is on how many of its resources an action is tried.
	samples = 4
)

// Prove asks for every action that stays, on resources of the statements that allow it,
// and for everything else whether the proposal allows it where the policies do not. The
// boundary and the organisation's policies stand over both.
func (a *Auditor) Prove(p *access.Principal, proposal *Proposal) Proof {
	t := trial{auditor: a, caller: a.directory.Caller(p), layers: a.directory.Layers(p)}
	t.proposed = t.layers
	t.proposed.Identity = []decide.Source{{Name: "proposal", Doc: proposal.Policy}}
	use, why := a.facts.UseOf(p.ARN, p.Account)
	if why != nil {
		return t.proof
	}
	var before []*policydoc.Document
	for i := range t.layers.Identity {
		if doc := t.layers.Identity[i].Doc; doc != nil {
			before = append(before, doc)
		}
	}
	had, has := a.allowed(before...), a.allowed(proposal.Policy)
	for id := range has.IDs() {
		if !had.Has(id) {
			t.proof.Gained = append(t.proof.Gained, a.table.Name(id))
		}
	}
	for _, name := range a.usedOf(use, had) {
		t.action(name, before)
	}
	slices.Sort(t.proof.Lost)
	t.proof.Lost = slices.Compact(t.proof.Lost)
	return t.proof
}

// allowed returns the actions that some statement of the documents allows on something.
func (a *Auditor) allowed(docs ...*policydoc.Document) reference.Set {
	all := a.table.NewSet()
	for _, doc := range docs {
		for i := range doc.Statements {
			s := &doc.Statements[i]
			if !s.Allows() {
				continue
			}
			for _, pattern := range s.Actions {
				all.Join(a.match(pattern))
			}
			if len(s.NotActions) == 0 {
				continue
			}
			for id := range a.match("*").IDs() {
				if allowsAction(s, a.table.Name(id)) {
					all.Add(id)
				}
			}
		}
	}
	return all
}

// usedOf returns the actions of used services that were allowed and are not known to be
// unused, and those that AWS names and the reference data does not know.
func (a *Auditor) usedOf(use *Use, had reference.Set) []string {
	k := a.keeping(use)
	var names []string
	for id := range had.IDs() {
		action := a.table.Action(id)
		if k.listed[action.Service] && !k.dropped[action.Service][strings.ToLower(action.Name)] {
			names = append(names, action.Name)
		}
	}
	for _, service := range k.used {
		for _, name := range k.names[service] {
			if _, known := a.table.Lookup(name); !known {
				names = append(names, name)
			}
		}
	}
	return names
}

// trial holds one proposal against what it replaces.
type trial struct {
	auditor          *Auditor
	caller           decide.Principal
	layers, proposed decide.Layers
	proof            Proof
}

func (t *trial) action(name string, before []*policydoc.Document) {
	tried := map[string]bool{}
	for _, doc := range before {
		for i := range doc.Statements {
			s := &doc.Statements[i]
			if !s.Allows() || !allowsAction(s, name) {
				continue
			}
			resources := s.Resources
			if len(resources) == 0 {
				resources = []string{"*"}
			}
			for _, pattern := range resources[:min(len(resources), samples)] {
				if arn := sample(pattern); !tried[arn] {
					tried[arn] = true
					t.ask(name, arn)
				}
			}
		}
	}
	if len(tried) > 0 {
		t.proof.Used++
	}
}

// sample is a resource that a pattern stands for.
func sample(pattern string) string {
	if strings.Trim(pattern, "*") == "" {
		return "*"
	}
	return strings.NewReplacer("*", "stance-any-name", "?", "a").Replace(pattern)
}

func (t *trial) ask(name, arn string) {
	if t.proof.Asked >= mostAsked {
		return
	}
	t.proof.Asked++
	target, rcps := t.auditor.directory.Target(arn)
	context := decide.Known(&t.caller, &target, name)
	request := decide.Request{Principal: t.caller, Action: name, Resource: target, Context: context, Reference: t.auditor.table}
	layers, proposed := t.layers, t.proposed
	layers.RCPs, proposed.RCPs = rcps, rcps
	was, is := decide.Decide(request, layers), decide.Decide(request, proposed)
	if was.Outcome != is.Outcome || !slices.Equal(terms(was.Residue), terms(is.Residue)) {
		t.proof.Lost = append(t.proof.Lost, name)
	}
}

// terms writes a residue so that the order of statements and the two ways of writing "${"
// make no difference.
func terms(r decide.Residue) []string {
	var list []string
	for _, term := range r.Terms {
		var tests []string
		for i := range term {
			tests = append(tests, strings.ReplaceAll(term[i].String(), "${$}{", "${"))
		}
		slices.Sort(tests)
		list = append(list, strings.Join(slices.Compact(tests), " and "))
	}
	slices.Sort(list)
	return slices.Compact(list)
}
