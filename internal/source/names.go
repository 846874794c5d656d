package source

import (
	"net/url"
	"slices"
	"strings"
)

// The bounds of what an event may ask for.
const (
	maxNames = 128
	maxName  = 2048 // bytes, as long as the longest ARN
)

// Names are identifiers by which something outside, such as an event, speaks of
// resources: ARNs, ids, names, addresses, in whatever spelling. The zero value names
// nothing.
type Names struct {
	given []string
	keys  map[string]bool
}

// NewNames returns the names. Empty and overlong ones are left out, and whatever comes
// after the first 128.
func NewNames(given ...string) Names {
	n := Names{keys: make(map[string]bool, 2*len(given))}
	for _, name := range given {
		if name == "" || len(name) > maxName || slices.Contains(n.given, name) {
			continue
		}
		if len(n.given) == maxNames {
			break
		}
		n.given = append(n.given, name)
		for _, spelling := range spellings(name) {
			n.keys[strings.ToLower(spelling)] = true
		}
	}
	return n
}

// spellings returns a name with escapes resolved, and with the last part of its path or
// ARN, or the one before when a version stands behind it.
func spellings(name string) []string {
	list := []string{name}
	if plain, err := url.PathUnescape(name); err == nil && plain != name {
		list = append(list, plain)
		name = plain
	}
	if last := lastPart(name); last != "" && last != name {
		list = append(list, last)
	}
	if parts := strings.SplitN(name, ":", 9); len(parts) > 6 && parts[0] == "arn" {
		before := parts[:len(parts)-1] // of a version, an alias, a subscription
		list = append(list, strings.Join(before, ":"), before[len(before)-1])
	}
	return list
}

// Len returns how many there are.
func (n Names) Len() int { return len(n.given) }

// All returns the names as they were given. The list must not be changed.
func (n Names) All() []string { return n.given }

// Match reports whether one of the names means the resource with the id and the name:
// it is either of them, or the last part of the id, in large or small letters.
func (n Names) Match(id, name string) bool {
	return n.keys[strings.ToLower(id)] || name != "" && n.keys[strings.ToLower(name)] || n.keys[strings.ToLower(lastPart(id))]
}

// Like returns, in their order and each once, the spellings of names that begin with
// the prefix and hold only letters, digits and what the set holds: sg-0123 of an ARN, a
// sentence and an address.
func (n Names) Like(prefix, set string) []string {
	var list []string
	for _, name := range n.given {
		for _, s := range spellings(name) {
			if strings.HasPrefix(s, prefix) && len(s) > len(prefix) && wordOf(s, set) && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list
}

func wordOf(text, set string) bool {
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(set, r) {
			return false
		}
	}
	return true
}
