package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// Line returns the text on one line of at most the given number of characters, with what
// cannot be seen shown escaped. It works on a beginning of the text alone, however long
// that is; what is cut off is shown as an ellipsis.
func Line(text string, most int) string {
	most = max(0, most)
	head := text
	if len(head) > most*utf8.UTFMax {
		head = head[:most*utf8.UTFMax]
	}
	line := strings.Join(strings.Fields(escape.Terminal(strings.Map(spaced, head))), " ")
	return Cut(line, most, len(head) < len(text))
}

// spaced turns what ends a line or moves to the next column into a space.
func spaced(r rune) rune {
	switch r {
	case '\n', '\r', '\t', '\v', '\f', '\u2028', '\u2029', '\u0085':
		return ' '
	}
	return r
}

// Cut returns at most the given number of characters of the text, the last of them an
// ellipsis when something is missing: cut off here or, as more says, before.
func Cut(text string, most int, more bool) string {
	if most <= 0 {
		return ""
	}
	if n := utf8.RuneCountInString(text); n < most || n == most && !more {
		if more {
			return text + "…"
		}
		return text
	}
	runes := []rune(text)
	return string(runes[:most-1]) + "…"
}

// Hash returns a short name made of the key, of lower-case hexadecimal digits, for
// receivers that take no other characters or no more than n of them, at most 64.
func Hash(key string, n int) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])[:min(n, 2*len(sum))]
}

// Word returns what the kind is called at the start of a line.
func (k Kind) Word() string {
	switch k {
	case Regressed:
		return "Back again"
	case Resolved:
		return "Resolved"
	case Escalated:
		return "Overdue"
	case Digest:
		return "Digest"
	case Test:
		return "Test"
	default:
		return "New"
	}
}

// Subject returns the alert in one line of at most the given number of characters: the
// severity, what happened, the title, and where.
func (a *Alert) Subject(most int) string {
	title := Line(a.Title, most)
	if place := a.place(); place != "" && !strings.Contains(title, place) {
		title += ": " + place
	}
	return Line(fmt.Sprintf("[%s] %s: %s", a.Band(), a.Kind.Word(), title), most)
}

// place returns the name of the resource.
func (a *Alert) place() string {
	name := a.Resource.Name
	if name == "" {
		name = a.Resource.ID
	}
	return Line(name, factLength)
}

// Band returns the severity as a word that is one of the known ones.
func (a *Alert) Band() estate.Severity {
	if a.Severity.Rank() > estate.Info.Rank() {
		return estate.Info
	}
	return a.Severity
}

// factLength bounds the value of a fact, in characters.
const factLength = 300

// Fact is a named value about an alert, each on one line.
type Fact struct{ Name, Value string }

// Facts returns what is known of the alert beside title, message and fix, in the order in
// which a person asks. What is not known is left out.
func (a *Alert) Facts() []Fact {
	var facts []Fact
	add := func(name, value string) {
		if value = Line(value, factLength); value != "" {
			facts = append(facts, Fact{name, value})
		}
	}
	severity := string(a.Band())
	if a.Score > 0 {
		severity += " (" + strconv.FormatFloat(a.Score, 'f', 0, 64) + " of 100)"
	}
	add("Severity", severity)
	add("Resource", a.Resource.ID)
	add("Type", a.Resource.Type)
	account := a.Account
	if name := Line(a.AccountName, factLength); name != "" && name != account {
		account = Line(name+" ("+Line(account, factLength)+")", factLength)
	}
	add("Account", account)
	add("Region", a.Resource.Region)
	add("Environment", a.Environment)
	add("Owner", a.Owner)
	add("Check", a.Check)
	add("Frameworks", strings.Join(a.Frameworks[:min(len(a.Frameworks), 20)], ", "))
	add("Changed by", a.Actor)
	add("Since", Time(a.Since))
	add("Due", Time(a.Due))
	if a.Count > 1 {
		add("Alerts", strconv.Itoa(a.Count))
	}
	return facts
}

// Time returns the time for a person, to the minute in UTC; empty for the zero time.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}
