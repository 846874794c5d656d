package decide_test

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// oracle answers requests of a world without open keys a second time, in another way:
// with booleans, regular expressions and a flow chart.
type oracle struct {
	request *decide.Request
	layers  *decide.Layers
	keys    map[string]string
}

func newOracle(request *decide.Request, layers *decide.Layers, settled map[string]string) *oracle {
	o := &oracle{request, layers, map[string]string{}}
	for key, value := range settled {
		o.keys[key] = value
	}
	switch p := &request.Principal; p.Kind {
	case decide.User:
		o.keys["aws:PrincipalArn"], o.keys["aws:username"] = p.ARN, p.ARN[strings.LastIndex(p.ARN, "/")+1:]
	case decide.Root:
		o.keys["aws:PrincipalArn"], o.keys["aws:userid"] = p.ARN, p.Account
	case decide.Session:
		o.keys["aws:PrincipalArn"], o.keys["aws:userid"] = p.ARN, "AROAX:"+p.SessionName
	case decide.Anonymous:
		o.keys["aws:userid"] = "anonymous"
	}
	return o
}

// replace replaces variables by quoted values; the second result is false when one has
// none.
func (o *oracle) replace(doc *policydoc.Document, text string, quote func(string) string) (string, bool) {
	if doc.Version != "2012-10-17" {
		return quote(text), true
	}
	ok := true
	var b strings.Builder
	last := 0
	variable := regexp.MustCompile(`\$\{[^}]*\}`)
	for _, at := range variable.FindAllStringIndex(text, -1) {
		key := text[at[0]+2 : at[1]-1]
		value, found := o.keys[key]
		ok = ok && found && key != "aws:TagKeys"
		b.WriteString(quote(text[last:at[0]]))
		b.WriteString(regexp.QuoteMeta(value))
		last = at[1]
	}
	b.WriteString(quote(text[last:]))
	return b.String(), ok
}

func glob(text string) string {
	return strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(text))
}

func (o *oracle) like(doc *policydoc.Document, pattern, value string, quote func(string) string) (matches, resolved bool) {
	expression, ok := o.replace(doc, pattern, quote)
	return ok && regexp.MustCompile("^(?s:"+expression+")$").MatchString(value), ok
}

func (o *oracle) condition(doc *policydoc.Document, c policydoc.Condition) bool {
	value, present := o.keys[c.Key]
	operator := c.Operator
	if operator == "Null" {
		return present == (c.Values[0] == "false")
	}
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	set, base, hasSet := strings.Cut(operator, ":")
	if !hasSet {
		set, base = "", operator
	}
	positive := strings.Replace(base, "Not", "", 1)
	negated := positive != base
	if !present {
		return ifExists || set == "ForAllValues" || set == "" && negated
	}
	if c.Key == "aws:TagKeys" && set == "" {
		return false
	}
	any, resolved := false, true
	for _, want := range c.Values {
		matches, ok := o.compare(doc, positive, want, value)
		any, resolved = any || matches, resolved && ok
	}
	if negated {
		return !any && resolved
	}
	return any
}

func (o *oracle) compare(doc *policydoc.Document, base, want, value string) (matches, resolved bool) {
	switch base {
	case "IpAddress":
		return netip.MustParsePrefix(want).Contains(netip.MustParseAddr(value)), true
	case "StringLike":
		return o.like(doc, want, value, glob)
	case "StringEqualsIgnoreCase":
		return o.like(doc, want, value, func(s string) string { return "(?i:" + regexp.QuoteMeta(s) + ")" })
	default:
		return o.like(doc, want, value, regexp.QuoteMeta)
	}
}

func (o *oracle) resource(doc *policydoc.Document, pattern string, layer string) (matches, resolved bool) {
	if pattern == "*" {
		return true, true
	}
	if strings.Count(pattern, ":") < 5 && (layer == "identity" || strings.Contains(pattern, "*")) {
		pattern += strings.Repeat(":*", 5-strings.Count(pattern, ":"))
	}
	return o.like(doc, pattern, o.request.Resource.ARN, glob)
}

// applies tells whether a statement is about the request, its principals left aside.
func (o *oracle) applies(doc *policydoc.Document, s *policydoc.Statement, layer string) bool {
	action := func(pattern string) bool {
		return regexp.MustCompile("^(?i:" + glob(pattern) + ")$").MatchString(o.request.Action)
	}
	if s.Actions != nil && !slices.ContainsFunc(s.Actions, action) || slices.ContainsFunc(s.NotActions, action) {
		return false
	}
	any, resolved := false, true
	for _, pattern := range append(slices.Clone(s.Resources), s.NotResources...) {
		matches, ok := o.resource(doc, pattern, layer)
		any, resolved = any || matches, resolved && ok
	}
	if s.NotResources != nil && (any || !resolved) || s.Resources != nil && !any {
		return false
	}
	return !slices.ContainsFunc(s.Conditions, func(c policydoc.Condition) bool { return !o.condition(doc, c) })
}
