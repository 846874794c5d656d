package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// document is a policy in compiled form.
type document struct {
	statements []statement
	// variables is whether variables have a meaning.
	variables bool
	// allowed has the actions that some statement allows on something.
	allowed reference.Set
	// personal is whether it tells principals apart by their names.
	personal bool
}

// statement is one rule of a document.
type statement struct {
	denies bool
	// actions are those of the reference data that the statement is about.
	actions reference.Set
	// patterns and notPatterns tell of actions that the reference data does not hold.
	patterns, notPatterns []string
	// speaks is whether there is a Principal or NotPrincipal element.
	speaks                    bool
	principals, notPrincipals []entry
	resources, notResources   []pattern
	conditions                []condition
}

func (c *Compiler) compile(doc *policydoc.Document) *document {
	made := &document{variables: doc.Variables(), statements: make([]statement, len(doc.Statements))}
	if c.table != nil {
		made.allowed = c.table.NewSet()
	}
	for i := range doc.Statements {
		made.statements[i] = c.statement(&doc.Statements[i], made.variables)
		made.personal = made.personal || made.statements[i].personal()
		if s := &made.statements[i]; !s.denies {
			made.allowed.Join(s.actions)
		}
	}
	return made
}

func (c *Compiler) statement(from *policydoc.Statement, variables bool) statement {
	s := statement{
		denies: from.Denies(), patterns: from.Actions, notPatterns: from.NotActions,
		speaks: from.Principals != nil || from.NotPrincipals != nil, actions: c.actions(from),
	}
	for _, p := range from.Principals {
		s.principals = append(s.principals, c.entry(p))
	}
	for _, p := range from.NotPrincipals {
		s.notPrincipals = append(s.notPrincipals, c.entry(p))
	}
	s.resources, s.notResources = c.resources(from.Resources, variables), c.resources(from.NotResources, variables)
	for i := range from.Conditions {
		s.conditions = append(s.conditions, c.condition(&from.Conditions[i], variables))
	}
	return s
}

// personal reports whether a statement tells principals apart by their names.
func (s *statement) personal() bool {
	named := func(e entry) bool { return e.kind >= aUser }
	byKey := func(v variable) bool { return personalKey(v.key) }
	byPattern := func(p pattern) bool { return slices.ContainsFunc(p.variables, byKey) }
	return slices.ContainsFunc(s.principals, named) || slices.ContainsFunc(s.notPrincipals, named) ||
		slices.ContainsFunc(s.resources, byPattern) || slices.ContainsFunc(s.notResources, byPattern) ||
		slices.ContainsFunc(s.conditions, func(c condition) bool { return personalKey(c.key) || slices.ContainsFunc(c.variables, byKey) })
}

// personalKey reports whether the values of a key, in lower case, are about one principal.
func personalKey(key string) bool {
	return key == "aws:principalarn" || key == "aws:username" || key == "aws:userid"
}

func (c *Compiler) resources(texts []string, variables bool) []pattern {
	list := make([]pattern, 0, len(texts))
	for _, text := range texts {
		p := patternOf(text, variables)
		p.id = c.number(&p)
		if p.variable {
			p.test, p.unread, p.variables = c.patternTest(text), c.unreadTest("pattern\x00"+text), c.variables(nil, text)
		}
		list = append(list, p)
	}
	return list
}

// number interns a pattern.
func (c *Compiler) number(p *pattern) int32 {
	key := p.text
	if p.variable {
		key = "${}" + key
	}
	id, known := c.numbers[key]
	if !known {
		id = int32(len(c.all))
		c.numbers[key] = id
		c.all = append(c.all, p)
	}
	return id
}

// actions returns the actions that a statement is about; nil without reference data.
// Equal lists share one set.
func (c *Compiler) actions(s *policydoc.Statement) reference.Set {
	if c.table == nil {
		return nil
	}
	key := strings.ToLower(fmt.Sprintf("%q %q", s.Actions, s.NotActions))
	set := c.actionSets[key]
	if set == nil {
		set = c.table.NewSet()
		c.matcher.Join(set, s)
		c.actionSets[key] = set
	}
	return set
}

// concerns reports whether a statement is about the action asked for.
func (t *Target) concerns(s *statement) bool {
	if t.id != reference.NoID {
		return s.actions.Has(t.id)
	}
	return s.means(t.action)
}

// misplaced reports whether a statement is illegal in its layer.
func (s *statement) misplaced(layer decide.Layer) bool {
	switch layer {
	case decide.Identity, decide.Boundary, decide.SessionPolicy, decide.SCP:
		return s.speaks
	case decide.ResourcePolicy:
		return !s.speaks
	default:
		return false
	}
}
