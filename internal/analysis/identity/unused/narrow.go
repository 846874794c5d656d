package unused

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// passRole hands a role to a service. AWS neither tracks it nor counts it as a use of IAM.
const passRole = "iam:PassRole"

// keeping is what stays of the services that AWS reports on.
type keeping struct {
	auditor *Auditor
	// listed has every service of the report, and whether it was used.
	listed map[string]bool
	used   []string // the services that were, sorted
	// dropped are the tracked actions of used services that were not, in lower case.
	dropped map[string]map[string]bool
	// names are the tracked actions that were used, with their services.
	names map[string][]string
	// passes is whether a used service takes roles.
	passes bool
}

func (a *Auditor) keeping(use *Use) *keeping {
	k := &keeping{auditor: a, listed: map[string]bool{}, dropped: map[string]map[string]bool{}, names: map[string][]string{}}
	for i := range use.Services {
		s := &use.Services[i]
		used := a.window.within(s.LastUsed)
		k.listed[s.Prefix] = k.listed[s.Prefix] || used
		k.dropped[s.Prefix] = map[string]bool{}
		if !used {
			continue
		}
		k.used = append(k.used, s.Prefix)
		for _, name := range a.droppedOf(s) {
			k.dropped[s.Prefix][strings.ToLower(name)] = true
		}
		for _, action := range s.Actions {
			if a.window.within(action.LastUsed) {
				k.names[s.Prefix] = append(k.names[s.Prefix], s.Prefix+":"+action.Name)
			}
		}
	}
	slices.Sort(k.used)
	k.used = slices.Compact(k.used)
	for _, id := range a.table.Dependent(passRole) {
		k.passes = k.passes || k.listed[a.table.Action(id).Service]
	}
	return k
}

// statement returns what stays of an allowing statement: patterns of actions by service.
func (k *keeping) statement(s *policydoc.Statement) map[string][]string {
	kept := map[string][]string{}
	patterns := s.Actions
	if len(s.NotActions) > 0 {
		patterns = []string{"*"}
	}
	for _, pattern := range patterns {
		k.pattern(pattern, s.NotActions, kept)
	}
	if k.passes && !k.listed["iam"] && allowsAction(s, passRole) {
		kept["iam"] = append(kept["iam"], passRole)
	}
	for service, list := range kept {
		slices.Sort(list)
		kept[service] = slices.Compact(list)
	}
	return kept
}

// pattern adds what stays of one pattern. A service that it names and AWS does not report
// on stays, since nothing tells that it is unused; what a wildcard takes in of such
// services does not.
func (k *keeping) pattern(pattern string, but []string, kept map[string][]string) {
	service, action, found := strings.Cut(pattern, ":")
	service = strings.ToLower(service)
	if !found {
		for _, s := range k.used {
			kept[s] = append(kept[s], k.within(s, "*", pattern, but)...)
		}
		return
	}
	if policydoc.IsPattern(service) {
		for _, s := range k.used {
			if policydoc.Match(service, s) {
				kept[s] = append(kept[s], k.within(s, action, pattern, but)...)
			}
		}
		return
	}
	if used, listed := k.listed[service]; used || !listed {
		kept[service] = append(kept[service], k.within(service, action, pattern, but)...)
	}
}

// within returns what stays of a pattern in one service: the pattern itself when nothing
// of it is dropped or excepted, else the actions one by one, joined where all of a verb
// stay.
func (k *keeping) within(service, action, whole string, but []string) []string {
	pattern := service + ":" + action
	from := pattern
	if whole != "*" && !strings.Contains(whole, ":") {
		from = "" // a text that AWS would not take: only names are safe
	} else if !k.touches(service, pattern, but) || !k.auditor.knows(service) && !meetsAny(but, pattern) {
		return []string{pattern}
	}
	keeps := func(name string) bool {
		return policydoc.MatchAction(whole, name) && !k.dropped[service][strings.ToLower(name)] &&
			!slices.ContainsFunc(but, func(b string) bool { return policydoc.MatchAction(b, name) })
	}
	var names []string
	for id := range k.auditor.match(pattern).IDs() {
		if name := k.auditor.table.Name(id); keeps(name) {
			names = append(names, name)
		}
	}
	for _, name := range k.names[service] {
		if _, known := k.auditor.table.Lookup(name); !known && policydoc.MatchAction(pattern, name) && keeps(name) {
			names = append(names, name)
		}
	}
	return k.join(service, from, names, but)
}

// touches reports whether a pattern takes in a dropped action or may take in an excepted
// one.
func (k *keeping) touches(service, pattern string, but []string) bool {
	for name := range k.dropped[service] {
		if policydoc.MatchAction(pattern, name) {
			return true
		}
	}
	return meetsAny(but, pattern)
}

// knows reports whether the reference data has the service, so that its actions can be
// told one by one.
func (a *Auditor) knows(service string) bool { return a.match(service+":*").Len() > 0 }

func meetsAny(list []string, pattern string) bool {
	return slices.ContainsFunc(list, func(b string) bool { return mayMeet(b, pattern) })
}

// mayMeet is false only when no text is of both patterns.
func mayMeet(a, b string) bool {
	a, b = fixed(a), fixed(b)
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// fixed returns what stands before the first wildcard, in lower case.
func fixed(pattern string) string {
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		pattern = pattern[:i]
	}
	return strings.ToLower(pattern)
}
