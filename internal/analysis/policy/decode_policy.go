package policy

import (
	"fmt"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// decodePolicy reads a stored policy without encoding/json: most resources have one, and
// several checks ask for it. Like encoding/json it takes null for absent and refuses
// values of another kind: a policy that is half understood would grant less than it does.
func decodePolicy(v *fastjson.Value) (*policydoc.Document, error) {
	d := &policydoc.Document{Statements: []policydoc.Statement{}}
	if v == nil || v.Type() == fastjson.TypeNull {
		return d, nil
	}
	r := &policyReader{}
	o := r.object(v)
	d.Version, d.ID = r.text(o, "version"), r.text(o, "id")
	if list := r.list(o, "statements"); list != nil {
		d.Statements = make([]policydoc.Statement, len(list))
		for i, s := range list {
			d.Statements[i] = r.statement(r.object(s))
		}
	}
	return d, r.err
}

// policyReader keeps the first error.
type policyReader struct{ err error }

func (r *policyReader) refuse(v *fastjson.Value, want string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s where %s is needed", v.Type(), want)
	}
}

func (r *policyReader) statement(o *fastjson.Object) policydoc.Statement {
	s := policydoc.Statement{
		SID: r.text(o, "sid"), Effect: r.text(o, "effect"),
		Principals: r.principals(o, "principals"), NotPrincipals: r.principals(o, "not_principals"),
		Actions: r.texts(o, "actions"), NotActions: r.texts(o, "not_actions"),
		Resources: r.texts(o, "resources"), NotResources: r.texts(o, "not_resources"),
	}
	for _, v := range r.list(o, "conditions") {
		c := r.object(v)
		s.Conditions = append(s.Conditions, policydoc.Condition{Operator: r.text(c, "operator"), Key: r.text(c, "key"), Values: r.texts(c, "values")})
	}
	return s
}

func (r *policyReader) principals(o *fastjson.Object, name string) (out []policydoc.Principal) {
	for _, v := range r.list(o, name) {
		p := r.object(v)
		out = append(out, policydoc.Principal{Kind: r.text(p, "kind"), ID: r.text(p, "id")})
	}
	return out
}

// object returns nil, in which nothing is found, for null.
func (r *policyReader) object(v *fastjson.Value) *fastjson.Object {
	if v.Type() == fastjson.TypeNull {
		return nil
	}
	o, err := v.Object()
	if err != nil {
		r.refuse(v, "an object")
	}
	return o
}

// get returns nil for what is absent or null.
func (r *policyReader) get(o *fastjson.Object, name string) *fastjson.Value {
	if o == nil {
		return nil
	}
	if v := o.Get(name); v != nil && v.Type() != fastjson.TypeNull {
		return v
	}
	return nil
}

func (r *policyReader) list(o *fastjson.Object, name string) []*fastjson.Value {
	v := r.get(o, name)
	if v == nil {
		return nil
	}
	list, err := v.Array()
	if err != nil {
		r.refuse(v, "a list")
	}
	return list
}

func (r *policyReader) texts(o *fastjson.Object, name string) []string {
	list := r.list(o, name)
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = r.textOf(v)
	}
	return out
}

func (r *policyReader) text(o *fastjson.Object, name string) string {
	v := r.get(o, name)
	if v == nil {
		return ""
	}
	return r.textOf(v)
}

func (r *policyReader) textOf(v *fastjson.Value) string {
	if v.Type() == fastjson.TypeNull {
		return ""
	}
	b, err := v.StringBytes()
	if err != nil {
		r.refuse(v, "text")
	}
	return text(b)
}
