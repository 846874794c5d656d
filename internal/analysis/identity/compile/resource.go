package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// resource judges the Resource or NotResource element.
func (e *evaluation) resource(layer decide.Layer, doc *document, s *statement) table {
	switch {
	case len(s.notResources) > 0:
		return e.noResource(layer, doc, s.notResources)
	case len(s.resources) > 0:
		var result table
		for i := range s.resources {
			t, _ := e.oneResource(layer, &s.resources[i])
			if result = result.or(t); result.always() {
				break
			}
		}
		return result
	case layer == decide.ResourcePolicy || layer == decide.Endpoint:
		return certain(true)
	default:
		return unsure()
	}
}

// noResource tells when none of the patterns matches. A variable without a value makes
// the element match nothing.
func (e *evaluation) noResource(layer decide.Layer, doc *document, patterns []pattern) table {
	var result table
	resolved := certain(true)
	for i := range patterns {
		t, v := e.oneResource(layer, &patterns[i])
		if doc.variables && (v == unresolved || v == hangs) {
			resolved = resolved.and(e.resolved(&patterns[i]))
		}
		if result = result.or(t); result.always() {
			break
		}
	}
	return result.not().and(resolved)
}

func (e *evaluation) oneResource(layer decide.Layer, p *pattern) (table, verdict) {
	short := false
	if p.short {
		switch layer {
		case decide.SCP, decide.RCP:
			return unsure(), malformed
		case decide.ResourcePolicy, decide.Endpoint:
			short = p.wild
		default:
			short = true
		}
	}
	if len(p.text)*len(e.target.arn.text) > mostWork {
		e.spilled = true
		return unsure(), malformed
	}
	if !p.variable {
		return certain(p.match(&e.target.arn, short)), holds
	}
	return e.variableResource(p, short)
}

// variableResource is oneResource for a pattern with variables.
func (e *evaluation) variableResource(p *pattern, short bool) (table, verdict) {
	filled, v := e.fill(p.text, p.variables)
	switch v {
	case unresolved:
		return table{}, v
	case hidden:
		return e.variable(p.unread), v
	case hangs:
		if !e.mayMatch(p, short) {
			return table{}, v
		}
		return e.variable(p.test), v
	default:
		return certain(filled.MatchARN(e.target.arn.text, short)), v
	}
}

// mayMatch reports whether some value of the open variables makes a pattern match.
func (e *evaluation) mayMatch(p *pattern, short bool) bool {
	wide := policydoc.Widen(p.text, func(key string) bool {
		s := e.find(strings.ToLower(key)).State
		return s == decide.KeyOpen || s == decide.KeyShaped
	})
	filled := policydoc.Plain(wide)
	if policydoc.HasVariable(wide) {
		var v verdict
		if filled, v = e.fill(wide, p.variables); v != holds {
			return false
		}
	}
	return filled.MatchARN(e.target.arn.text, short)
}

// resolved tells when all variables of a pattern have a value or a default.
func (e *evaluation) resolved(p *pattern) table {
	result := certain(true)
	for i := range p.variables {
		v := &p.variables[i]
		switch found := e.find(v.key); {
		case found.State == decide.KeyShaped, found.State == decide.KeyPresent && len(found.Values) == 1 && !v.multi, v.hasDefault:
		case found.State == decide.KeyOpen:
			result = result.and(e.variable(v.absent).not())
		default:
			return table{}
		}
	}
	return result
}
