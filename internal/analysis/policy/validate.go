package policy

import (
	"regexp"
	"slices"
)

var (
	identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	checkID    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// taken are the names that every check has already, and those that CEL keeps.
var taken = []string{
	"resource", "params", "now", "context",
	"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let",
	"loop", "namespace", "null", "package", "return", "true", "var", "void", "while",
	"bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "null_type", "string", "timestamp", "type", "uint",
}

// validate finds what is wrong with a check before any expression is compiled.
func (d *decoder) validate(c *checkFile) {
	if !c.title.set() {
		d.Fail(c.root, "a check needs title")
	}
	if !c.severity.set() {
		d.Fail(c.root, "a check needs severity")
	}
	d.oneOf(c.severity, "severity", severities...)
	d.oneOf(c.scope, "scope", "account")
	d.target(c)
	if len(c.asserts) == 0 {
		d.Fail(c.root, "a check needs assert")
	}
	if len(c.forEach) > 1 {
		d.Problems.Add(c.forEach[1].name.position(), "for_each goes over one list")
	}
	d.oneMessage(c.message, c.messageExpr)
	for _, p := range c.fix.controlPoint {
		d.oneOf(p, "fix.control_point", "organization", "account", "template", "shared-policy", "resource")
	}
	d.names(c)
	d.rowsOf(c)
	for _, a := range c.aliases {
		d.id(a)
	}
}

func (d *decoder) target(c *checkFile) {
	n := 0
	for _, l := range []literal{c.typ, c.facet} {
		if l.set() {
			n++
		}
	}
	switch {
	case n > 1:
		d.Problems.Add(c.facet.position(), "a check has type or facet, not both")
	case n == 0 && !c.scope.set():
		d.Fail(c.root, "a check needs type, facet, or scope: account")
	case c.scope.set() && c.facet.set():
		d.Problems.Add(c.scope.position(), "scope: account judges the account: it goes with no facet")
	case c.scope.set() && len(c.collect) == 0:
		d.Problems.Add(c.scope.position(), "scope: account needs collect: {name: resource_type}")
	}
}

// names refuses variables that hide each other or a word of the language.
func (d *decoder) names(c *checkFile) {
	seen := slices.Clone(taken)
	for _, list := range [][]namedLiteral{c.collect, c.lets, c.forEach} {
		for _, e := range list {
			switch {
			case !identifier.MatchString(e.name.value):
				d.Problems.Add(e.name.position(), "name %q must be lower-case letters, digits and underscores", e.name.value)
			case slices.Contains(seen, e.name.value):
				d.Problems.Add(e.name.position(), "name %q is taken", e.name.value)
			}
			seen = append(seen, e.name.value)
		}
	}
	for _, p := range c.params {
		if !identifier.MatchString(p.name.value) {
			d.Problems.Add(p.name.position(), "name %q must be lower-case letters, digits and underscores", p.name.value)
		}
	}
}

func (d *decoder) rowsOf(c *checkFile) {
	for _, r := range c.rows {
		switch {
		case r.id.set() == r.name.set() && r.node.Kind == c.root.Kind:
			d.Fail(r.node, "a row needs id (a suffix) or name (a whole id), and not both")
		case r.id.set():
			d.id(r.id)
		case r.name.set():
			d.id(r.name)
		}
		d.oneOf(r.severity, "severity", severities...)
		for _, a := range r.aliases {
			d.id(a)
		}
	}
}

func (d *decoder) id(l literal) {
	if !checkID.MatchString(l.value) {
		d.Problems.Add(l.position(), "id %q must be lower-case words and digits joined by dashes", l.value)
	}
}

func (d *decoder) oneMessage(text, expr literal) {
	if text.set() && expr.set() {
		d.Problems.Add(expr.position(), "message and message_expr exclude each other")
	}
}
