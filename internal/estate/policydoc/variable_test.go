package policydoc_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func lookup(key string) (string, bool) {
	value, ok := map[string]string{"aws:username": "ann", "aws:userid": "AROA:s*n", "empty": ""}[key]
	return value, ok
}

func TestFill(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, text, matches, not string
		missing                     bool
	}{
		{pattern: "plain*", text: "plain*", matches: "plainly", not: "pla"},
		{pattern: "home/${aws:username}/*", text: "home/ann/*", matches: "home/ann/x", not: "home/bob/x"},
		{pattern: "${aws:userid}", text: "AROA:s*n", matches: "AROA:s*n", not: "AROA:soon"},
		{pattern: "a${*}b${?}c${$}{d}", text: "a*b?c${d}", matches: "a*b?c${d}", not: "axbxc${d}"},
		{pattern: "${aws:none}", missing: true},
		{pattern: "${aws:none, 'x*'}", text: "x*", matches: "x*", not: "xy"},
		{pattern: "${aws:username, 'x'}", text: "ann", matches: "ann", not: "x"},
		{pattern: "${aws:none, x}", missing: true},
		{pattern: "${}", missing: true},
		{pattern: "${empty}", text: "", matches: "", not: "x"},
		{pattern: "${unclosed", text: "${unclosed", matches: "${unclosed", not: "x"},
	}
	for _, test := range tests {
		filled, ok := policydoc.Fill(test.pattern, lookup)
		if ok == test.missing || filled.Text() != test.text {
			t.Errorf("%q: text %q, filled %v", test.pattern, filled.Text(), ok)
		}
		if test.not != "" && (!filled.Match(test.matches) || filled.Match(test.not)) {
			t.Errorf("%q: %q %v, %q %v", test.pattern, test.matches, filled.Match(test.matches), test.not, filled.Match(test.not))
		}
	}
}

func TestWiden(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"x":                   "x",
		"a/${open}/b":         "a/*/b",
		"${ open , 'd'}${*}":  "*${*}",
		"${shut}${open}${x":   "${shut}*${x",
		"${$}{open}${shut,1}": "${$}{open}${shut,1}",
	} {
		if got := policydoc.Widen(pattern, func(key string) bool { return key == "open" }); got != want {
			t.Errorf("%q becomes %q, want %q", pattern, got, want)
		}
	}
}

func TestMatchARN(t *testing.T) {
	t.Parallel()
	const queue = "arn:aws:sqs:eu-west-1:111122223333:orders"
	tests := []struct {
		pattern, arn string
		short, want  bool
	}{
		{"*", queue, false, true},
		{"**", "*", false, true},
		{"", queue, true, false},
		{"arn:aws:sqs:*:*:orders", queue, false, true},
		{"arn:aws:sqs:*:orders", queue, true, false},
		{"arn:aws:sqs:*orders", queue, true, false},
		{"arn:aws:sqs", queue, true, true},
		{"arn:aws:sqs", queue, false, false},
		{"arn:aws:s*", queue, true, true},
		{"arn:aws:sqs:*:*:*", "*", false, false},
		{"arn:*:*:*:*:a*c", "arn:aws:logs:::a:b:c", false, true},
		{"arn:aws:s3:*:*:b", "arn:aws:s3:::b", false, true},
	}
	for _, test := range tests {
		if got := policydoc.Plain(test.pattern).MatchARN(test.arn, test.short); got != test.want {
			t.Errorf("%q on %q: %v", test.pattern, test.arn, got)
		}
	}
	filled, _ := policydoc.Fill("arn:aws:sqs:${x}:1:q", func(string) (string, bool) { return "r:1", true })
	if filled.MatchARN("arn:aws:sqs:r:1:1:q", false) {
		t.Error("a colon put in divides the ARN")
	}
	if filled, _ = policydoc.Fill("arn:aws:x:::${x}", func(string) (string, bool) { return "a:b", true }); !filled.MatchARN("arn:aws:x:::a:b", false) {
		t.Error("a colon put in does not match itself")
	}
}
