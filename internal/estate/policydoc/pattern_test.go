package policydoc_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{"", "", true},
		{"", "a", false},
		{"*", "", true},
		{"**", "abc", true},
		{"?", "", false},
		{"?", "é", true},
		{"a?c", "aéc", true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b", false},
		{"arn:aws:s3:::b*", "arn:aws:s3:::bad", true},
		{"s3:Get*", "s3:getobject", false},
		{"*a*b", "xxaxxbxb", true},
		{"*a*b?", "ab", false},
		{"a*", "A", false},
	}
	for _, test := range tests {
		if got := policydoc.Match(test.pattern, test.value); got != test.want {
			t.Errorf("Match(%q, %q) = %v, want %v", test.pattern, test.value, got, test.want)
		}
	}
}

func TestMatchActionIgnoresCase(t *testing.T) {
	t.Parallel()
	if !policydoc.MatchAction("S3:get*", "s3:GetObject") {
		t.Error("S3:get* does not match s3:GetObject")
	}
	if policydoc.MatchAction("s3: GetObject", "s3:GetObject") {
		t.Error("a space inside an action matches")
	}
}

func TestPatternsStayFastOnHostileInput(t *testing.T) {
	t.Parallel()
	start := time.Now()
	pattern := strings.Repeat("*a", 2000) + "*b"
	policydoc.Match(pattern, strings.Repeat("a", 20000))
	policydoc.Covers(pattern, strings.Repeat("?a*", 5000))
	policydoc.Overlap(pattern, strings.Repeat("*?a", 500))
	policydoc.Overlap(strings.Repeat("a*", 200000), strings.Repeat("*a", 200000))
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

// texts lists every text over the letters up to a length.
func texts(letters string, most int) []string {
	all := []string{""}
	for from := 0; most > 0; most-- {
		to := len(all)
		for _, text := range all[from:to] {
			for _, letter := range letters {
				all = append(all, text+string(letter))
			}
		}
		from = to
	}
	return all
}

func randomPattern(random *rand.Rand) string {
	var b strings.Builder
	for range random.IntN(5) {
		b.WriteByte("ab*?*"[random.IntN(5)])
	}
	return b.String()
}

// naive matches by regular expression.
func naive(pattern string) func(string) bool {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^(?s:" + quoted + ")$").MatchString
}

func TestPatternsAgreeWithEnumeration(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	universe := texts("abc", 6)
	for range 1500 {
		a, b := randomPattern(random), randomPattern(random)
		inA, inB := naive(a), naive(b)
		covers, overlap := true, false
		for _, text := range universe {
			ina, inb := inA(text), inB(text)
			if got := policydoc.Match(a, text); got != ina {
				t.Fatalf("Match(%q, %q) = %v", a, text, got)
			}
			covers = covers && (ina || !inb)
			overlap = overlap || ina && inb
		}
		if got := policydoc.Overlap(a, b); got != overlap {
			t.Errorf("Overlap(%q, %q) = %v, want %v", a, b, got, overlap)
		}
		switch got := policydoc.Covers(a, b); {
		case got && !covers:
			t.Errorf("Covers(%q, %q) = true, but a text of the second is not of the first", a, b)
		case !got && covers && !strings.Contains(a, "?"):
			t.Errorf("Covers(%q, %q) finds no proof", a, b)
		}
	}
}

func TestParseOperator(t *testing.T) {
	t.Parallel()
	tests := map[string]policydoc.Operator{
		"StringEquals":                    {Base: "StringEquals"},
		"stringnotlike":                   {Base: "StringLike", Negated: true},
		"NotIpAddress":                    {Base: "IpAddress", Negated: true},
		"BoolIfExists":                    {Base: "Bool", IfExists: true},
		"ForAllValues:ArnNotLikeIfExists": {Set: "ForAllValues", Base: "ArnLike", Negated: true, IfExists: true},
		"ForAnyValue:StringEquals":        {Set: "ForAnyValue", Base: "StringEquals"},
		"Null":                            {Base: "Null"},
		"StringNotEqualsIgnoreCase":       {Base: "StringEqualsIgnoreCase", Negated: true},
		"DateNotEquals":                   {Base: "DateEquals", Negated: true},
		"NumericLessThanEqualsIfExists":   {Base: "NumericLessThanEquals", IfExists: true},
	}
	for name, want := range tests {
		got, known := policydoc.ParseOperator(name)
		if !known || got != want {
			t.Errorf("ParseOperator(%q) = %+v, %v, want %+v", name, got, known, want)
		}
		if text := got.String(); !strings.EqualFold(text, name) {
			t.Errorf("%q is written %q", name, text)
		}
	}
	for _, name := range []string{"", "String", "NullIfExists", "ForSome:StringEquals", "ForAllValues:", "StringEqualsifexistsifexists", "NotString"} {
		if op, known := policydoc.ParseOperator(name); known {
			t.Errorf("ParseOperator(%q) = %+v, want unknown", name, op)
		}
	}
}

func FuzzPatterns(f *testing.F) {
	f.Add("s3:*", "s3:Get*", "s3:GetObject")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		if len(a)+len(b)+len(text) > 300 {
			return
		}
		ina, inb := policydoc.Match(a, text), policydoc.Match(b, text)
		if ina && inb && !policydoc.Overlap(a, b) {
			t.Errorf("%q and %q share %q", a, b, text)
		}
		if inb && !ina && policydoc.Covers(a, b) {
			t.Errorf("%q does not cover %q: %q", a, b, text)
		}
		if !policydoc.Covers(a, a) || !policydoc.Covers("*", a) || !policydoc.Overlap(a, a) {
			t.Errorf("%q does not cover itself", a)
		}
	})
}
