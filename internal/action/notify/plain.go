package notify

import (
	"fmt"
	"strings"
)

// paragraph bounds a message or a fix in plain text, in characters.
const paragraph = 2000

// ItemLines returns one line for each of the alerts that this one stands for, at most the
// given number of lines; the last says how many more there are.
func (a *Alert) ItemLines(most, length int) []string {
	total := max(a.Count, len(a.Items))
	if len(a.Items) == 0 || most <= 0 {
		return nil
	}
	show := len(a.Items)
	if show > most || total > show {
		show = min(show, most-1)
	}
	lines := make([]string, 0, show+1)
	for i := range a.Items[:show] {
		lines = append(lines, a.Items[i].Subject(length))
	}
	if total > show {
		lines = append(lines, fmt.Sprintf("and %d more", total-show))
	}
	return lines
}

// Plain returns the alert as text of several lines for receivers that take text as it is:
// message, facts, fix, items and link. It ends within the given number of characters.
func (a *Alert) Plain(most, items int) string {
	var b strings.Builder
	part := func(lines ...string) {
		if len(lines) == 0 || lines[0] == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(strings.Join(lines, "\n"))
	}
	part(Line(a.Message, paragraph))
	facts := a.Facts()
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = f.Name + ": " + f.Value
	}
	part(lines...)
	if fix := Line(a.Fix, paragraph); fix != "" {
		part("How to fix it: " + fix)
	}
	part(a.ItemLines(items, factLength)...)
	link := a.WebLink()
	if link == "" {
		return Cut(b.String(), most, false)
	}
	return Cut(b.String(), most-len(link)-2, false) + "\n\n" + link
}

// Name returns the key where it has at most the given number of characters and no others
// than letters, digits, "-", "_" and ":", else its hash.
func Name(key string, most int) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == ':'
	}
	if key == "" || len(key) > most || strings.ContainsFunc(key, func(r rune) bool { return !plain(r) }) {
		return Hash(key, min(most, 40))
	}
	return key
}
