package policy

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/estate"
)

// finding puts a verdict into words. Nothing in it shares memory with the document.
func (e *Evaluator) finding(v *verdict, seen map[string]int) estate.Finding {
	c := e.scope.check
	f := estate.Finding{
		Check: c.ID, Title: c.Title, Status: v.status, Severity: c.Severity, Resource: e.reference(),
		Evidence: []estate.Evidence{}, Unknown: []estate.Unknown{}, Context: e.run.context,
	}
	f.Key = estate.FindingKey(c.ID, f.Resource, elementKey(v.element, seen))
	switch v.status {
	case estate.Fail:
		f.Evidence = e.evidence(v)
		e.describeFailure(&f, v)
	case estate.UnknownStatus:
		f.Evidence = e.evidence(v)
		f.Unknown = e.causes(v.cause)
		f.Message = unknownMessage(f.Unknown, v.scoping)
	}
	return f
}

func (e *Evaluator) describeFailure(f *estate.Finding, v *verdict) {
	s := &e.scope
	s.element(v.element, v.elementPath)
	a := &s.check.asserts[v.assert]
	f.Message = strings.Clone(a.message.render(s, f.Title))
	f.Element = v.elementPath
	if a.at != nil {
		f.Element = a.at.path(s)
	}
	f.Element = strings.Clone(f.Element)
	s.element(nil, "")
}

// evidence evaluates what decided once more and notes what it reads. The assert goes
// first: when there is too much to note, what failed matters more than what scoped.
func (e *Evaluator) evidence(v *verdict) []estate.Evidence {
	s := &e.scope
	e.tracker.reset()
	e.run.tracker = &e.tracker
	s.forget()
	if v.element != nil {
		s.element(v.element, v.elementPath)
		if _, isObject := v.element.(*object); !isObject {
			e.tracker.noteValue(v.elementPath, v.element)
		}
	}
	switch {
	case v.scoping:
	case v.assert >= 0:
		s.eval(s.check.asserts[v.assert].program)
	case s.check.each != nil:
		s.eval(s.check.each.program)
	default:
		for i := range s.check.asserts {
			s.eval(s.check.asserts[i].program)
		}
	}
	s.element(nil, "")
	if s.check.when != nil {
		s.eval(s.check.when)
	}
	e.run.tracker = nil
	return e.tracker.evidence()
}

// causes lists why a verdict is unknown. An expression that failed is malformed.
func (e *Evaluator) causes(cause ref.Val) []estate.Unknown {
	var out []estate.Unknown
	if u, ok := cause.(*types.Unknown); ok {
		out = explain(u, &e.registry, &e.gathered.registry)
	} else {
		out = []estate.Unknown{{Reason: estate.Malformed, Detail: shorten(strings.Clone(fmt.Sprint(cause)), 300)}}
	}
	if out == nil {
		out = []estate.Unknown{{Reason: estate.Uncollected}}
	}
	return out
}

// unknownMessage says in a sentence what is missing.
func unknownMessage(missing []estate.Unknown, scoping bool) string {
	var out strings.Builder
	out.WriteString("Cannot tell")
	if scoping {
		out.WriteString(" whether this applies")
	}
	for i, u := range missing {
		if i == 3 {
			fmt.Fprintf(&out, " and %d more", len(missing)-i)
			break
		}
		if i == 0 {
			out.WriteString(": ")
		} else {
			out.WriteString(", ")
		}
		out.WriteString(oneUnknown(u))
	}
	return shorten(out.String(), maxMessage)
}

func oneUnknown(u estate.Unknown) string {
	s := u.Path + " (" + string(u.Reason)
	if u.Path == "" {
		s = "(" + string(u.Reason)
	}
	if u.Permission != "" {
		s += ", needs " + u.Permission
	} else if u.Detail != "" {
		s += ": " + u.Detail
	}
	return s + ")"
}

// elementKey is the part of a finding's key that tells elements apart: their own
// content, and a number for the second of two that are equal.
func elementKey(elem ref.Val, seen map[string]int) string {
	if elem == nil {
		return ""
	}
	key := string(appendValue(nil, elem))
	seen[key]++
	if n := seen[key]; n > 1 {
		key += fmt.Sprintf("#%d", n)
	}
	return key
}

// reference returns the header of the resource, copied once per resource.
func (e *Evaluator) reference() estate.Ref {
	if !e.referenced {
		get := func(name string) string { return string(e.doc.root.GetStringBytes(name)) }
		e.ref = estate.Ref{
			ID: get("id"), Type: get("type"), Cloud: estate.Cloud(get("cloud")),
			Account: get("account"), Region: get("region"), Name: get("name"),
		}
		e.referenced = true
	}
	return e.ref
}
