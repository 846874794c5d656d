package reference

import (
	"cmp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Lookup returns the action of the name, in any case. One that the table does not hold
// comes back with its name, its service and NoID, and false: patterns still match it.
func (t *Table) Lookup(name string) (Action, bool) {
	i, ok := slices.BinarySearchFunc(t.lower, name, compareFold)
	if ok {
		return t.actions[i], true
	}
	service, _, _ := strings.Cut(name, ":")
	return Action{ID: NoID, Name: name, Service: strings.ToLower(service)}, false
}

// Action returns the action of an ID below Count, and an unknown one for others.
func (t *Table) Action(id uint16) Action {
	if int(id) >= len(t.actions) {
		return Action{ID: NoID}
	}
	return t.actions[id]
}

// Name returns the name of the action of an ID below Count, and "" for others.
func (t *Table) Name(id uint16) string {
	if int(id) >= len(t.actions) {
		return ""
	}
	return t.actions[id].Name
}

// Match returns the actions that a pattern of a policy stands for: "*" is any text,
// "?" any one character, case does not count. It costs up to some milliseconds, so
// callers keep the answer for each pattern. For an action that the table does not hold
// ask policydoc.MatchAction.
func (t *Table) Match(pattern string) Set {
	set := t.NewSet()
	pattern = strings.ToLower(pattern)
	prefix := pattern
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		prefix = pattern[:i]
	}
	first, _ := slices.BinarySearch(t.lower, prefix)
	for id := first; id < len(t.lower) && strings.HasPrefix(t.lower[id], prefix); id++ {
		if policydoc.Match(pattern, t.lower[id]) {
			set.Add(uint16(id))
		}
	}
	return set
}

// NewSet returns an empty set that any action of the table may be put into.
func (t *Table) NewSet() Set { return make(Set, (len(t.actions)+wordBits-1)/wordBits) }

// Dependent returns the actions that may ask for the named one in their course, by ID:
// for iam:PassRole those that hand a role to a service.
func (t *Table) Dependent(on string) []uint16 {
	a, ok := t.Lookup(on)
	if !ok {
		return nil
	}
	var ids []uint16
	for i := range t.actions {
		if slices.Contains(t.actions[i].Dependents, a.ID) {
			ids = append(ids, t.actions[i].ID)
		}
	}
	return ids
}

// SupportsResourceLevel reports whether a policy may limit the action to some
// resources; where it is false, only a statement on every resource grants anything. It
// is true for an action that the table does not hold.
func (t *Table) SupportsResourceLevel(action string) bool {
	a, known := t.Lookup(action)
	return !known || len(a.Resources) > 0
}

// RCPSupported reports whether resource control policies act on the service of the
// prefix, which may be in any case.
func (t *Table) RCPSupported(service string) bool {
	i, ok := slices.BinarySearchFunc(t.services, service, func(s Service, name string) int {
		return compareFold(s.Prefix, name)
	})
	return ok && t.services[i].ResourceControlled
}

// compareFold compares a lower-case text with one of any case, by bytes: what is not
// ASCII has no case in names of AWS.
func compareFold(lower, any string) int {
	for i := range min(len(lower), len(any)) {
		if c := cmp.Compare(lower[i], lowerByte(any[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(lower), len(any))
}

func lowerByte(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
