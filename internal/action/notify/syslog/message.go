package syslog

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

const (
	// local0 is the facility.
	local0 = 16
	// element names the structured data. 32473 is the enterprise number that RFC 5612 sets
	// aside for examples: Stance has none of its own.
	element = "stance@32473"
	// mark says that the message is UTF-8.
	mark = "\ufeff"
	// longest bounds a value, in characters, before it is cut further to fit.
	longest = 300
)

// encode returns the message in at most the given number of bytes.
func encode(a *notify.Alert, host string, most int) string {
	for length := longest; ; length /= 2 {
		m := message(a, host, length)
		if len(m) <= most || length < 2 {
			return m
		}
	}
}

func message(a *notify.Alert, host string, length int) string {
	var b strings.Builder
	at := "-"
	if !a.At.IsZero() {
		at = a.At.UTC().Format("2006-01-02T15:04:05.000000Z07:00")
	}
	fmt.Fprintf(&b, "<%d>1 %s %s stance - %s [%s", local0*8+severity(a), at, host, token(string(a.Kind), 32), element)
	for _, p := range params(a) {
		if value := notify.Line(p.value, length); value != "" {
			fmt.Fprintf(&b, ` %s="%s"`, p.name, quote.Replace(value))
		}
	}
	b.WriteString("] " + mark + a.Subject(length))
	if text := notify.Line(a.Message, length); text != "" {
		b.WriteString(" - " + text)
	}
	return b.String()
}

// quote escapes what RFC 5424, section 6.3.3, wants escaped in values.
var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`)

// param is a value of the structured data.
type param struct{ name, value string }

func params(a *notify.Alert) []param {
	p := []param{
		{"key", a.Key}, {"thread", a.ThreadKey()}, {"kind", string(a.Kind)}, {"severity", string(a.Band())},
		{"resource", a.Resource.ID}, {"type", a.Resource.Type}, {"account", a.Account}, {"region", a.Resource.Region},
		{"environment", a.Environment}, {"owner", a.Owner}, {"check", a.Check}, {"actor", a.Actor},
		{"since", stamp(a.Since)}, {"due", stamp(a.Due)}, {"link", a.WebLink()},
	}
	if a.Score > 0 {
		p = append(p, param{"score", strconv.FormatFloat(a.Score, 'f', 1, 64)})
	}
	return p
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// severity returns the number of RFC 5424, table 2.
func severity(a *notify.Alert) int {
	if a.Resolves() {
		return 6
	}
	switch a.Band() {
	case estate.Critical:
		return 2
	case estate.High:
		return 3
	case estate.Medium:
		return 4
	case estate.Low:
		return 5
	}
	return 6
}
