package api

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestDiffer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, want string }{
		"nothing":         {`{"a":1}`, `{"a":1}`, ``},
		"order of names":  {`{"a":1,"b":2}`, `{"b":2,"a":1}`, ``},
		"a value":         {`{"a":{"b":1}}`, `{"a":{"b":2}}`, `a.b 1 2`},
		"added":           {`{}`, `{"a":null}`, `a - null`},
		"taken away":      {`{"a":[]}`, `{}`, `a [] -`},
		"kind":            {`{"a":[1]}`, `{"a":{"b":1}}`, `a [1] {"b":1}`},
		"in a list":       {`[1,2,3]`, `[1,5,3]`, `[1] 2 5`},
		"into a list":     {`[1,2,3]`, `[1,9,2,3]`, `[1] - 9`},
		"out of a list":   {`[1,2,3]`, `[1,3]`, `[1] 2 -`},
		"a large number":  {`{"a":9007199254740993}`, `{"a":9007199254740992}`, `a 9007199254740993 9007199254740992`},
		"all new":         {``, `{"a":1}`, ` - {"a":1}`},
		"nothing at all":  {``, ``, ``},
		"no JSON":         {`{`, `{`, ``},
		"within a list":   {`{"r":[{"p":1},{"p":2}]}`, `{"r":[{"p":1},{"p":3}]}`, `r[1].p 2 3`},
		"several, sorted": {`{"b":1,"a":1}`, `{"b":2,"a":2}`, `a 1 2;b 1 2`},
	} {
		changes, cut := differ(json.RawMessage(c.before), json.RawMessage(c.after))
		var got []string
		for _, change := range changes {
			text := change.Path
			for _, v := range []json.RawMessage{change.Before, change.After} {
				if v == nil {
					v = json.RawMessage("-")
				}
				text += " " + string(v)
			}
			got = append(got, text)
		}
		if strings.Join(got, ";") != c.want || cut {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDifferIsBounded(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	other := strings.Replace(deep, "1", "2", 1)
	if changes, _ := differ(json.RawMessage(deep), json.RawMessage(other)); len(changes) != 1 {
		t.Errorf("a deep difference is %d changes", len(changes))
	}
	wide := func(v string) json.RawMessage { return json.RawMessage("[" + strings.Repeat(v+",", 2000) + v + "]") }
	if changes, cut := differ(wide("1"), wide("2")); len(changes) != mostChanges || !cut {
		t.Errorf("a wide difference is %d changes, cut %v", len(changes), cut)
	}
}
