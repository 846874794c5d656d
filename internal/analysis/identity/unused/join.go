package unused

import (
	"slices"
	"strings"
)

// worthJoining is how many names a pattern has to save to stand for them.
const worthJoining = 3

// join replaces the names that begin with a verb by service:Verb* where that takes in
// nothing else that is known, and nothing that the pattern they come from does not.
func (k *keeping) join(service, from string, names, but []string) []string {
	byVerb := map[string][]string{}
	for _, name := range names {
		byVerb[verbOf(name)] = append(byVerb[verbOf(name)], name)
	}
	var list []string
	for verb, group := range byVerb {
		pattern := verb + "*"
		if verb == "" || len(group) < worthJoining || !covers(from, pattern) || k.touches(service, pattern, but) || k.auditor.match(pattern).Len() > len(group) {
			list = append(list, group...)
			continue
		}
		list = append(list, pattern)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// verbOf returns the name up to the end of its first word: s3:Get of s3:GetObject; "" for
// a name that is one word.
func verbOf(name string) string {
	colon := strings.IndexByte(name, ':')
	for i := colon + 2; i < len(name); i++ {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return name[:i]
		}
	}
	return ""
}

// covers reports whether one pattern takes in all that another does, for patterns that
// have their only wildcard at the end; false for others.
func covers(wide, narrow string) bool {
	head, plain := strings.CutSuffix(wide, "*")
	return plain && !strings.ContainsAny(head, "*?") && strings.HasPrefix(fixed(narrow), strings.ToLower(head))
}
