package policy

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/spelling"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// rows makes the checks of a file: one per row, or one when it has no rows.
func (c *compiler) rows(s *Source, base *object) []*check {
	f := s.file
	whole := &check{Check: describe(s), params: base, deprecated: f.deprecated.value}
	at := f.title.position()
	if len(f.rows) == 0 {
		c.claim(whole.ID, at, f.aliases)
		whole.Title = c.title(whole.Title, f.title, base)
		return []*check{whole}
	}
	for _, a := range f.aliases {
		c.found.Add(a.position(), "a check with rows has its aliases on the rows")
	}
	var out []*check
	for _, r := range f.rows {
		out = append(out, c.row(s, whole, r))
	}
	return out
}

func (c *compiler) claim(id string, at position, aliases []literal) {
	c.own(id, at)
	for _, a := range aliases {
		c.own(a.value, a.position())
	}
}

func (c *compiler) row(s *Source, whole *check, r rowDecl) *check {
	out := *whole
	named := r.id
	if r.name.set() {
		named = r.name
	}
	out.ID = s.rowID(&r)
	c.claim(out.ID, named.position(), r.aliases)
	out.Aliases = texts(r.aliases)
	if r.severity.set() {
		out.Severity = estate.Severity(r.severity.value)
	}
	out.params = c.rowParams(whole.params, r)
	title := s.file.title
	if r.title.set() {
		title = r.title
	}
	out.Title = c.title(title.value, title, out.params)
	return &out
}

func (c *compiler) rowParams(base *object, r rowDecl) *object {
	out := &object{shape: base.shape, slots: slices.Clone(base.slots), index: -1}
	for _, p := range r.params {
		f := base.shape.field(p.name.value)
		if f == nil {
			c.found.Add(p.name.position(), "there is no parameter %q%s", p.name.value, spelling.Suggestion(p.name.value, sortedKeys(base.shape.byName)))
			continue
		}
		v, wrong := paramOf(f.typ, p.value)
		if wrong != "" {
			c.found.Add(strictyaml.At(p.name.file, p.value), "params.%s %s", p.name.value, wrong)
			continue
		}
		out.slots[f.index] = v
	}
	return out
}

// title puts parameters in place of {name}.
func (c *compiler) title(title string, at literal, params *object) string {
	var out strings.Builder
	for title != "" {
		before, rest, found := strings.Cut(title, "{")
		out.WriteString(before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		f := params.shape.field(name)
		if !closed || f == nil {
			c.found.Add(at.position(), "the title names {%s}, which is no parameter", name)
			break
		}
		if v := params.slots[f.index]; v != nil {
			out.WriteString(paramText(v))
		}
		title = after
	}
	return out.String()
}

// describe takes what people read of a check from its file.
func describe(s *Source) estate.Check {
	f := s.file
	typ := f.typ.value
	if f.scope.set() && !f.typ.set() {
		typ = accountType
	}
	return estate.Check{
		ID: s.ID, Title: f.title.value, Severity: estate.Severity(f.severity.value), Type: typ, Facet: f.facet.value,
		Why: strings.TrimSpace(f.why.value), Limits: strings.TrimSpace(f.limits.value), Fix: fixOf(f.fix),
		Prevent: texts(f.prevent), References: texts(f.references), Aliases: texts(f.aliases), Categories: texts(f.categories),
	}
}

func texts(list []literal) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.value
	}
	return out
}

func fixOf(f fixDecl) estate.Fix {
	return estate.Fix{
		Text: f.text.value, Action: f.action.value, ControlPoint: texts(f.controlPoint),
		CLI: f.cli.value, Terraform: f.terraform.value,
	}
}
