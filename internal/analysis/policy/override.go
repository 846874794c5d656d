package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// Override gives parameters of a check other values: everywhere, or for resources
// of an account, an environment, or both. Where several fit, an account outweighs
// an environment, and both outweigh one; among equals the later one wins.
type Override struct {
	// Check is the id of the check; an alias will do.
	Check string
	// Account limits it to one account; empty for all.
	Account string
	// Environment limits it to resources whose context names that environment;
	// empty for all.
	Environment string
	// Params are the values by name: int, int64, float64, string, bool, []string,
	// []int, or what encoding/json or a YAML decoder makes of them.
	Params map[string]any
	// From says where the override stands, such as stance.yaml:12, for errors.
	From string
}

// setting is an override of one check, checked and converted.
type setting struct {
	account, environment string
	params               *object
}

func (s *setting) weight() int {
	w := 0
	if s.environment != "" {
		w++
	}
	if s.account != "" {
		w += 2
	}
	return w
}

func (s *setting) fits(account, environment string) bool {
	return (s.account == "" || s.account == account) && (s.environment == "" || s.environment == environment)
}

// paramsFor returns the values that hold for a resource.
func (c *check) paramsFor(account string, ctx *estate.Context) *object {
	if len(c.settings) == 0 {
		return c.params
	}
	environment := ""
	if ctx != nil {
		environment = ctx.Environment
	}
	for i := range c.settings {
		if c.settings[i].fits(account, environment) {
			return c.settings[i].params
		}
	}
	return c.params
}

// override applies the overrides in their order: the values of a less specific one
// stay where a more specific one is silent.
func (l *Library) override(all []Override, found *problems) {
	byCheck := map[*check][]Override{}
	for _, o := range all {
		c := l.byName[o.Check]
		if c == nil {
			found.Add(position{File: o.From}, "override of parameters: there is no check %q", o.Check)
			continue
		}
		byCheck[c] = append(byCheck[c], o)
	}
	for _, c := range l.checks {
		c.settings = settingsOf(c, byCheck[c], found)
	}
}

// settingsOf returns one setting per combination of account and environment that
// can differ, the most specific first.
func settingsOf(c *check, all []Override, found *problems) []setting {
	var out []setting
	done := map[[2]string]bool{}
	values := make([][]ref.Val, len(all))
	for i, o := range all {
		values[i] = overrideValues(c, o, found)
	}
	for _, account := range distinct(all, func(o Override) string { return o.Account }) {
		for _, env := range distinct(all, func(o Override) string { return o.Environment }) {
			if done[[2]string{account, env}] {
				continue
			}
			done[[2]string{account, env}] = true
			out = append(out, setting{account, env, merged(c, all, values, account, env)})
		}
	}
	slices.SortStableFunc(out, func(a, b setting) int { return cmp.Compare(b.weight(), a.weight()) })
	return out
}

// distinct returns the values of the overrides and the empty one.
func distinct(all []Override, of func(Override) string) []string {
	if len(all) == 0 {
		return nil
	}
	out := []string{""}
	for _, o := range all {
		if !slices.Contains(out, of(o)) {
			out = append(out, of(o))
		}
	}
	return out
}

func merged(c *check, all []Override, values [][]ref.Val, account, env string) *object {
	out := slices.Clone(c.params.slots)
	for weight := range 4 {
		for i, o := range all {
			s := setting{account: o.Account, environment: o.Environment}
			if s.weight() != weight || !s.fits(account, env) {
				continue
			}
			for j, v := range values[i] {
				if v != nil {
					out[j] = v
				}
			}
		}
	}
	return &object{shape: c.params.shape, slots: out, index: -1}
}

func overrideValues(c *check, o Override, found *problems) []ref.Val {
	out := make([]ref.Val, len(c.params.slots))
	for _, name := range sortedKeys(o.Params) {
		f := c.params.shape.field(name)
		if f == nil {
			found.Add(position{File: o.From}, "check %q has no parameter %q; it has %s", c.ID, name, paramNames(c))
			continue
		}
		v, ok := nativeParam(f.typ, o.Params[name])
		if !ok {
			found.Add(position{File: o.From}, "check %q: parameter %q must be of type %s, not %T", c.ID, name, f.typ.kind, o.Params[name])
			continue
		}
		out[f.index] = v
	}
	return out
}

func paramNames(c *check) string {
	names := sortedKeys(c.params.shape.byName)
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// nativeParam converts a Go value. Numbers without a fraction are whole.
func nativeParam(t *valueType, v any) (ref.Val, bool) {
	switch v := v.(type) {
	case string:
		return types.String(v), t.kind == schema.String
	case bool:
		return types.Bool(v), t.kind == schema.Bool
	case json.Number:
		return nativeNumber(t, v.String())
	case int, int32, int64, uint, uint32, uint64, float32, float64:
		return nativeNumber(t, fmt.Sprint(v))
	case []string:
		return nativeList(t, v)
	case []int:
		return nativeList(t, v)
	case []any:
		return nativeList(t, v)
	default:
		return nil, false
	}
}

func nativeNumber(t *valueType, s string) (ref.Val, bool) {
	switch t.kind {
	case schema.Int:
		v := types.String(s).ConvertToType(types.IntType)
		i, ok := v.(types.Int)
		return i, ok
	case schema.Double:
		v := types.String(s).ConvertToType(types.DoubleType)
		f, ok := v.(types.Double)
		return f, ok
	default:
		return nil, false
	}
}

func nativeList[T any](t *valueType, list []T) (ref.Val, bool) {
	if t.kind != schema.List {
		return nil, false
	}
	vals := make([]ref.Val, len(list))
	for i, e := range list {
		v, ok := nativeParam(t.elem, e)
		if !ok {
			return nil, false
		}
		vals[i] = v
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals), true
}
