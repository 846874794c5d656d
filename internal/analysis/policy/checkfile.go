package policy

import (
	"go.yaml.in/yaml/v3"
)

// checkFile is a check as it is written.
type checkFile struct {
	root                         *yaml.Node
	title, severity, why, limits literal
	typ, facet, scope            literal
	collect                      []namedLiteral
	when                         literal
	lets                         []namedLiteral
	forEach                      []namedLiteral
	asserts                      []assertion
	message, messageExpr         literal
	params                       []paramDecl
	rows                         []rowDecl
	fix                          fixDecl
	prevent, references          []literal
	aliases, categories          []literal
	supersedes                   []literal
	deprecated                   literal
}

// assertion is one entry of assert.
type assertion struct {
	node                           *yaml.Node
	expr, message, messageExpr, at literal
}

// paramDecl declares a parameter.
type paramDecl struct {
	name, typ, help literal
	value           *yaml.Node
}

// rowDecl makes a check of its own out of a file, with other parameters.
type rowDecl struct {
	node                      *yaml.Node
	id, name, title, severity literal
	aliases                   []literal
	params                    []paramValue
}

// paramValue gives a parameter a value.
type paramValue struct {
	name  literal
	value *yaml.Node
}

type fixDecl struct {
	text, action, cli, terraform literal
	controlPoint                 []literal
}

var severities = []string{"critical", "high", "medium", "low", "info"}

// decodeCheck reads the root node of a check file.
func (d *decoder) decodeCheck(root *yaml.Node) *checkFile {
	c := &checkFile{root: root}
	d.Keys(root, "a check", map[string]func(*yaml.Node){
		"title": d.text(&c.title, "title"), "severity": d.text(&c.severity, "severity"),
		"why": d.text(&c.why, "why"), "limits": d.text(&c.limits, "limits"),
		"type": d.text(&c.typ, "type"), "facet": d.text(&c.facet, "facet"), "scope": d.text(&c.scope, "scope"),
		"collect": d.named(&c.collect, "collect"), "when": d.text(&c.when, "when"),
		"let": d.named(&c.lets, "let"), "for_each": d.named(&c.forEach, "for_each"),
		"assert": func(n *yaml.Node) {
			d.Items(n, "assert", func(e *yaml.Node) { c.asserts = append(c.asserts, d.assertion(e)) })
		},
		"message": d.text(&c.message, "message"), "message_expr": d.text(&c.messageExpr, "message_expr"),
		"params":  func(n *yaml.Node) { c.params = d.params(n) },
		"rows":    func(n *yaml.Node) { d.Items(n, "rows", func(e *yaml.Node) { c.rows = append(c.rows, d.row(e)) }) },
		"fix":     func(n *yaml.Node) { c.fix = d.fix(n) },
		"prevent": d.texts(&c.prevent, "prevent"), "references": d.texts(&c.references, "references"),
		"aliases": d.texts(&c.aliases, "aliases"), "categories": d.texts(&c.categories, "categories"),
		"supersedes": d.texts(&c.supersedes, "supersedes"),
		"deprecated": d.text(&c.deprecated, "deprecated"),
	})
	if root.Kind == yaml.MappingNode {
		d.validate(c)
	}
	return c
}

func (d *decoder) assertion(n *yaml.Node) assertion {
	a := assertion{node: n}
	d.Keys(n, "an assert", map[string]func(*yaml.Node){
		"expr": d.text(&a.expr, "expr"), "message": d.text(&a.message, "message"),
		"message_expr": d.text(&a.messageExpr, "message_expr"), "at": d.text(&a.at, "at"),
	})
	if n.Kind == yaml.MappingNode && !a.expr.set() {
		d.Fail(n, "an assert needs expr")
	}
	d.oneMessage(a.message, a.messageExpr)
	return a
}

func (d *decoder) params(n *yaml.Node) (out []paramDecl) {
	d.Each(n, "params", func(key, value *yaml.Node) {
		p := paramDecl{name: d.literal(key)}
		d.Keys(value, "params."+key.Value, map[string]func(*yaml.Node){
			"type": d.text(&p.typ, "type"), "help": d.text(&p.help, "help"),
			"default": func(v *yaml.Node) { p.value = v },
		})
		out = append(out, p)
	})
	return out
}

func (d *decoder) row(n *yaml.Node) rowDecl {
	r := rowDecl{node: n}
	d.Keys(n, "a row", map[string]func(*yaml.Node){
		"id": d.text(&r.id, "id"), "name": d.text(&r.name, "name"), "title": d.text(&r.title, "title"),
		"severity": d.text(&r.severity, "severity"), "aliases": d.texts(&r.aliases, "aliases"),
		"params": func(v *yaml.Node) {
			d.Each(v, "params", func(key, value *yaml.Node) {
				r.params = append(r.params, paramValue{d.literal(key), value})
			})
		},
	})
	return r
}

func (d *decoder) fix(n *yaml.Node) (f fixDecl) {
	d.Keys(n, "fix", map[string]func(*yaml.Node){
		"text": d.text(&f.text, "fix.text"), "action": d.text(&f.action, "fix.action"),
		"cli": d.text(&f.cli, "fix.cli"), "terraform": d.text(&f.terraform, "fix.terraform"),
		"control_point": d.texts(&f.controlPoint, "fix.control_point"),
	})
	return f
}
