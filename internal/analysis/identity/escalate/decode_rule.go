package escalate

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

var (
	actionForm    = regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z0-9]*$`)
	referenceForm = regexp.MustCompile(`^[a-z]+:[a-z0-9-]+$`)
	typeForm      = regexp.MustCompile(`^aws_[a-z0-9_]+$`)
	serviceForm   = regexp.MustCompile(`^[a-z0-9.-]+\.amazonaws\.com$`)
)

// allFacts are the facts that rules may ask about.
func allFacts() []Fact {
	return []Fact{Password, MFA, FullKeys, Bounded, Denied, InstanceProfile, OtherVersions, Managed, ExecEnabled}
}

// rule reads the root of a file.
func (d *decoder) rule(root *yaml.Node) Rule {
	var r Rule
	d.keys(root, "a rule", map[string]func(*yaml.Node){
		"title": d.text(&r.Title, "title"), "why": d.text(&r.Why, "why"), "limits": d.text(&r.Limits, "limits"),
		"from":     word(d, &r.From, "from", User, Role),
		"to":       word(d, &r.To, "to", ToUser, ToRole, ToGroup, ToPolicy, ToWorkload, ToSSORole),
		"yields":   word(d, &r.Yields, "yields", CodeAs, Credential, PolicyWrite, Unbind, Join, Deputy, Session),
		"when":     func(n *yaml.Node) { r.When = d.conditions(n) },
		"passes":   func(n *yaml.Node) { r.Passes = d.pass(n) },
		"existing": d.matching(&r.Existing, "existing", typeForm, "a resource type such as aws_lambda_function"),
		"needs":    func(n *yaml.Node) { r.Needs = d.needs(n, "needs", true) },
		"guards":   d.texts(&r.Guards, "guards"),
		"references": func(n *yaml.Node) {
			d.items(n, "references", func(e *yaml.Node) {
				var s string
				d.matching(&s, "a reference", referenceForm, "catalogue:id")(e)
				r.References = append(r.References, s)
			})
		},
	})
	if root.Kind == yaml.MappingNode {
		d.whole(root, &r)
	}
	return r
}

// whole refuses rules whose parts do not fit together.
func (d *decoder) whole(root *yaml.Node, r *Rule) {
	for _, part := range []struct {
		name    string
		missing bool
	}{
		{"title", r.Title == ""}, {"why", r.Why == ""}, {"to", r.To == ""}, {"yields", r.Yields == ""}, {"needs", len(r.Needs) == 0},
	} {
		if part.missing {
			d.fail(root, "a rule needs %s", part.name)
		}
	}
	if r.Passes != nil && r.To != ToRole {
		d.fail(root, "a rule that passes a role leads to that role: write to: role")
	}
	if (r.To == ToWorkload) != (r.Yields == Session) {
		d.fail(root, "to: workload and yields: session go together")
	}
	if uses(r.Needs, OnExisting) != (r.Existing != "") {
		d.fail(root, "existing and a need on: existing go together")
	}
	if r.To == ToWorkload && r.Existing == "" {
		d.fail(root, "to: workload needs existing")
	}
	if r.Yields == Deputy && r.Limits == "" {
		d.fail(root, "yields: deputy needs limits, which say what the service does with the role")
	}
	joins := r.Yields == Join
	if joins != (r.To == ToGroup && joins) || joins && r.From != User {
		d.fail(root, "yields: join needs to: group and from: user")
	}
}

func uses(needs []Need, on On) bool {
	return slices.ContainsFunc(needs, func(n Need) bool {
		return n.On == on || slices.ContainsFunc(n.Any, func(all []Need) bool { return uses(all, on) })
	})
}

func (d *decoder) matching(into *string, what string, form *regexp.Regexp, like string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.text(into, what)(n)
		if *into != "" && !form.MatchString(*into) {
			d.fail(n, "%s %q must be %s", what, *into, like)
		}
	}
}

func (d *decoder) conditions(n *yaml.Node) []Condition {
	var list []Condition
	d.each(n, "when", func(key, value *yaml.Node) {
		var c Condition
		word(d, &c.Fact, "the fact", allFacts()...)(key)
		d.flag(&c.Is, "when."+key.Value)(value)
		list = append(list, c)
	})
	return list
}

func (d *decoder) pass(n *yaml.Node) *Pass {
	p := Pass{Trust: assumeRole}
	d.keys(n, "passes", map[string]func(*yaml.Node){
		"to": func(v *yaml.Node) {
			d.items(v, "passes.to", func(e *yaml.Node) {
				var s string
				d.matching(&s, "a service", serviceForm, "a service principal such as lambda.amazonaws.com")(e)
				p.To = append(p.To, s)
			})
		},
		"trust": d.matching(&p.Trust, "passes.trust", actionForm, "an action such as sts:AssumeRole"),
	})
	if len(p.To) == 0 {
		d.fail(n, "passes needs to, a list of services")
	}
	return &p
}

// needs reads a list; choices stand in the outer one only.
func (d *decoder) needs(n *yaml.Node, what string, choices bool) []Need {
	var list []Need
	d.items(n, what, func(e *yaml.Node) { list = append(list, d.need(e, choices)) })
	return list
}

func (d *decoder) need(n *yaml.Node, choices bool) Need {
	var need Need
	known := map[string]func(*yaml.Node){
		"action":  d.matching(&need.Action, "action", actionForm, "one action such as iam:PassRole, in AWS's case"),
		"on":      word(d, &need.On, "on", OnTarget, OnExisting, OnNew),
		"trusted": d.flag(&need.Trusted, "trusted"),
		"context": func(v *yaml.Node) {
			need.Context = map[string]string{}
			d.each(v, "context", func(key, value *yaml.Node) {
				var s string
				d.text(&s, "context."+key.Value)(value)
				need.Context[key.Value] = s
			})
		},
	}
	choice := false
	if choices {
		known["any"] = func(v *yaml.Node) { choice, need.Any = true, d.choices(v) }
	}
	d.keys(n, "a need", known)
	if n.Kind != yaml.MappingNode {
		return need
	}
	if choice && (need.Action != "" || need.On != "" || len(need.Any) == 0) || !choice && (need.Action == "" || need.On == "") {
		d.fail(n, "a need has action and on, or a list any")
	}
	return need
}

// choices reads the entries of any: a need, or a list of needs that belong together.
func (d *decoder) choices(n *yaml.Node) [][]Need {
	var list [][]Need
	d.items(n, "any", func(e *yaml.Node) {
		if e.Kind == yaml.SequenceNode {
			list = append(list, d.needs(e, "an entry of any", false))
			return
		}
		list = append(list, []Need{d.need(e, false)})
	})
	return list
}
