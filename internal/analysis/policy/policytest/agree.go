package policytest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"

	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/schema"
)

// Agree judges every case, and so many variations of each, twice: with the engine's own
// evaluation and with CEL's interpreter. A variation marks attributes as unknown, leaves
// them out or puts something else in their place. Failures say where a finding differs in
// anything, sorted by place; judged counts the resources.
func Agree(fsys fs.FS, root string, set *schema.Set, variations int) (failures []Failure, judged int, err error) {
	r, sources, err := newRunner(fsys, root, set)
	if err != nil {
		return nil, 0, err
	}
	a := &agreement{random: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // the same variations each time
	for i := range sources {
		data, err := fs.ReadFile(fsys, casesOf(&sources[i]))
		if err != nil || sources[i].Deprecated() {
			continue // which Run reports
		}
		a.file = r.file(&sources[i])
		for _, c := range a.file.decode(data) {
			a.compare(c, c.stored)
			for range variations {
				if line := a.vary(c.stored); line != nil {
					a.compare(c, line)
				}
			}
		}
	}
	slices.SortStableFunc(a.failures, byPlace)
	return a.failures, a.judged, nil
}

type agreement struct {
	*file
	random   *rand.Rand
	failures []Failure
	judged   int
}

func (a *agreement) compare(c *testCase, line []byte) {
	id, ok := a.check(c)
	if !ok {
		return
	}
	lib, err := a.library(c, id)
	if err != nil {
		return // which Run reports
	}
	a.judged++
	own, theirs := judgedAs(lib, c, line, false), judgedAs(lib, c, line, true)
	if own != theirs {
		a.failures = append(a.failures, Failure{a.path, c.line, id, c.name, fmt.Sprintf("%s\ngives       %s\ninterpreted %s", line, own, theirs)})
	}
}

// judgedAs returns the findings as JSON.
func judgedAs(lib *policy.Library, c *testCase, line []byte, interpreted bool) string {
	var found []estate.Finding
	e := lib.NewEvaluator(c.now)
	e.Interpreted = interpreted
	_, err := e.Evaluate(line, c.context, c.collections, func(f estate.Finding) error {
		found = append(found, f)
		return nil
	})
	text, marshalling := json.Marshal(found)
	return fmt.Sprint(string(text), err, marshalling)
}

// vary changes one to three attributes of a resource.
func (a *agreement) vary(stored []byte) []byte {
	var r map[string]any
	if json.Unmarshal(stored, &r) != nil {
		return nil
	}
	for range 1 + a.random.IntN(3) {
		root, prefix := "config", ""
		if facets, ok := r["facets"].(map[string]any); ok && len(facets) > 0 && a.random.IntN(4) == 0 {
			root, prefix = "facets", "facets"
		}
		unknown, _ := r["unknown"].([]any)
		if path := a.change(r[root], prefix); path != "" {
			r["unknown"] = append(unknown, map[string]any{"path": path, "reason": "denied", "permission": "x:Get" + path})
		}
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil
	}
	return line
}

// change walks down at random. It changes what it comes to, or returns its path so that
// it is marked as unknown.
func (a *agreement) change(v any, path string) string {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return path
		}
		key := a.among(v)
		below := key
		if path != "" {
			below = path + "." + key
		}
		switch a.random.IntN(8) {
		case 0:
			delete(v, key)
			return ""
		case 1:
			v[key] = a.other()
			return ""
		case 2, 3:
			return below
		default:
			return a.change(v[key], below)
		}
	case []any:
		if len(v) == 0 || a.random.IntN(3) == 0 {
			return path
		}
		i := a.random.IntN(len(v))
		return a.change(v[i], fmt.Sprintf("%s[%d]", path, i))
	default:
		return path
	}
}

func (a *agreement) among(v map[string]any) string {
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys[a.random.IntN(len(keys))]
}

func (a *agreement) other() any {
	others := []any{nil, "", "*", "0.0.0.0/0", "arn:aws:iam::999988887777:root", true, false, -1, 22, 1e9, []any{}, []any{"a", "b"}, []any{nil}, map[string]any{}, "2020-01-01T00:00:00Z"}
	return others[a.random.IntN(len(others))]
}
