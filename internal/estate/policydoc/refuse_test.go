package policydoc_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const act = `"Effect":"Allow","Action":"a:B",`
	tests := map[string]struct{ text, want string }{
		"Nothing":               {"", "empty text"},
		"OnlySpace":             {" \n\ufeff ", "empty text"},
		"List":                  {"[]", "want an object, got a list"},
		"Null":                  {"null", "want an object, got null"},
		"NoStatement":           {`{"Version":"2012-10-17"}`, "no Statement"},
		"CutOff":                {minimal[:60], "text ends too early"},
		"TextAfter":             {minimal + "{}", "text after the document"},
		"NotJSON":               {`{'Statement':[]}`, "at byte"},
		"TrailingComma":         {`{"Statement":[],}`, "at byte"},
		"BadEscape":             {"%7B%2", "percent-encoded"},
		"NotUTF8":               {"{\"Id\":\"\xff\",\"Statement\":[]}", "not UTF-8"},
		"UnknownVersion":        {`{"Version":"2012-10-18","Statement":[]}`, `unknown version "2012-10-18"`},
		"UnknownElement":        {`{"Statement":[],"Extra":1}`, `"Extra": unknown element`},
		"LowerCaseElement":      {`{"statement":[]}`, `"statement": unknown element`},
		"UnknownInStatement":    {statement(act + `"Ressource":"*"`), `statement 0: "Ressource": unknown element`},
		"TwiceInDocument":       {`{"Statement":[],"Statement":[]}`, `"Statement" given twice`},
		"TwiceInStatement":      {statement(act + `"Effect":"Deny"`), `"Effect" given twice`},
		"TwiceInCondition":      {statement(act + `"Condition":{"Bool":{"k":"true","k":"false"}}`), `"k" given twice`},
		"EffectCase":            {statement(`"Effect":"allow","Action":"a:B"`), `want Allow or Deny, got "allow"`},
		"NoEffect":              {statement(`"Action":"a:B"`), "no Effect"},
		"NoAction":              {statement(`"Effect":"Allow"`), "no Action"},
		"ActionWithNotAction":   {statement(act + `"NotAction":"c:D"`), "Action and NotAction together"},
		"BothPrincipals":        {statement(act + `"Principal":"*","NotPrincipal":"*"`), "Principal and NotPrincipal together"},
		"BothResources":         {statement(act + `"Resource":"*","NotResource":"*"`), "Resource and NotResource together"},
		"EmptyNotAction":        {statement(`"Effect":"Allow","NotAction":[]`), "empty list"},
		"EmptyNotPrincipal":     {statement(act + `"NotPrincipal":{}`), "empty list"},
		"EmptyResource":         {statement(act + `"Resource":[]`), "empty list"},
		"ActionNumber":          {statement(`"Effect":"Allow","Action":5`), "got a number or boolean"},
		"ActionNested":          {statement(`"Effect":"Allow","Action":[["a:B"]]`), "got a list"},
		"PrincipalText":         {statement(act + `"Principal":"111122223333"`), `want "*" or an object`},
		"PrincipalList":         {statement(act + `"Principal":["*"]`), `want "*" or an object, got a list`},
		"PrincipalKind":         {statement(act + `"Principal":{"Azure":"*"}`), `unknown kind "Azure"`},
		"ConditionText":         {statement(act + `"Condition":"x"`), "want an object, got a string"},
		"ConditionOperatorText": {statement(act + `"Condition":{"Bool":"x"}`), "want an object, got a string"},
		"ConditionNull":         {statement(act + `"Condition":{"Bool":{"k":null}}`), "got null"},
		"StatementText":         {`{"Statement":"x"}`, "statement 0: want an object"},
		"SecondStatement":       {`{"Statement":[{"Effect":"Allow","Action":"a:B"},{}]}`, "statement 1: no Action"},
		"TooDeep":               {statement(act + `"Condition":` + strings.Repeat(`{"a":`, 9) + "1" + strings.Repeat("}", 9)), "nested deeper"},
		"TooLong":               {strings.Repeat(" ", policydoc.MaxSize) + minimal, "more than the limit"},
		"HostileNameIsQuoted":   {`{"` + strings.Repeat("<script>", 30) + `":1}`, `<script>"...`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := policydoc.Parse(test.text)
			if err == nil {
				t.Fatalf("accepted as %+v", got)
			}
			if got != nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 300 {
				t.Errorf("got %v, error %q, want one with %q", got, err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(url.QueryEscape(minimal)))
	f.Add([]byte(statement(`"Effect":"Deny","NotAction":["a"],"Principal":{"AWS":["111122223333"]},"Condition":{"Bool":{"k":[true,1]}}`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		first, err := policydoc.Parse(raw)
		if err != nil {
			return
		}
		data, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		var second policydoc.Document
		if err := json.Unmarshal(data, &second); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(second)
		if err != nil || string(again) != string(data) {
			t.Errorf("stored form changes: %s, then %s (%v)", data, again, err)
		}
		if strings.HasPrefix(string(raw), "{") && !json.Valid(raw) {
			t.Errorf("accepted what is not JSON: %q", raw)
		}
	})
}
