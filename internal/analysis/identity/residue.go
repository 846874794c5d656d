package identity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// The bounds of what is said about one document.
const (
	mostResidue      = 16
	mostResidueBytes = 300
	mostValues       = 4
)

// residue says what remains to be met under a verdict.
func (d *dossier) residue(result *Access, all []finding) []string {
	var list []string
	for _, index := range result.Statements {
		s := &d.doc.Statements[index]
		for i := range s.Conditions {
			if result.Verdict != estate.No || s.Denies() || d.meet(&s.Conditions[i]).can == estate.No {
				list = append(list, describe(s, &s.Conditions[i]))
			}
		}
		if result.Verdict != estate.No && s.Allows() {
			list = append(list, leftOut(s)...)
		}
	}
	if result.Verdict != estate.No {
		for _, f := range all {
			if f.verdict == result.Verdict {
				list = append(list, f.except...)
			}
		}
	}
	return bounded(list)
}

// describe puts a condition into words.
func describe(s *policydoc.Statement, c *policydoc.Condition) string {
	values := c.Values
	more := ""
	if len(values) > mostValues {
		values, more = values[:mostValues], fmt.Sprintf(" and %d more", len(values)-mostValues)
	}
	word := "if "
	if s.Denies() {
		word = "denied if "
	}
	return cut(word + c.Operator + " " + c.Key + ": " + strings.Join(values, ", ") + more)
}

// leftOut says what an allow statement excepts.
func leftOut(s *policydoc.Statement) []string {
	var list []string
	for _, action := range s.NotActions {
		list = append(list, cut("not "+action))
	}
	for _, resource := range s.NotResources {
		list = append(list, cut("not on "+resource))
	}
	for _, p := range s.NotPrincipals {
		list = append(list, cut("not to "+p.ID))
	}
	return list
}

// bounded drops what is said twice, in place, and all beyond the limit.
func bounded(list []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, text := range list {
		if !seen[text] && len(kept) < mostResidue {
			kept = append(kept, text)
		}
		seen[text] = true
	}
	return kept
}

// cut shortens a text to the limit without breaking a character.
func cut(text string) string {
	if len(text) <= mostResidueBytes {
		return text
	}
	end := mostResidueBytes - len("...")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}

// sorted returns the list sorted, each element once; nil when it is empty.
func sorted[T cmp.Ordered](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
