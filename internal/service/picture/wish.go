package picture

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// wishes are what the identity policies of one principal name, action by action.
type wishes struct {
	directory *access.Directory
	whose     *access.Principal
	actions   map[string]*wish
}

// wish are the patterns of resources on which an action is allowed; all when they do not
// tell.
type wish struct {
	all      bool
	patterns []string
}

// name reports whether an identity policy of the principal may allow an action on a
// resource, before boundaries and denies. It may say true too often, never false.
func (w *wishes) name(p *access.Principal, action, arn string) bool {
	return w.of(p, action).matches(arn)
}

// of returns what a principal's policies name for an action.
func (w *wishes) of(p *access.Principal, action string) *wish {
	if w.whose != p {
		w.whose, w.actions = p, map[string]*wish{}
	}
	known := w.actions[action]
	if known == nil {
		found := w.find(p, action)
		known = &found
		w.actions[action] = known
	}
	return known
}

func (w *wish) matches(arn string) bool {
	return w.all || slices.ContainsFunc(w.patterns, func(pattern string) bool { return policydoc.Match(pattern, arn) })
}

// overlaps reports whether something that a pattern matches may be named.
func (w *wish) overlaps(pattern string) bool {
	return w.all || slices.ContainsFunc(w.patterns, func(own string) bool { return policydoc.Overlap(own, pattern) })
}

func (w *wishes) find(p *access.Principal, action string) wish {
	var found wish
	speaks := func(pattern string) bool { return policydoc.MatchAction(pattern, action) }
	for _, source := range w.directory.Layers(p).Identity {
		if source.Doc == nil {
			return wish{all: true}
		}
		for i := range source.Doc.Statements {
			s := &source.Doc.Statements[i]
			if !s.Allows() || !slices.ContainsFunc(s.Actions, speaks) && (len(s.NotActions) == 0 || slices.ContainsFunc(s.NotActions, speaks)) {
				continue
			}
			if len(s.Resources) == 0 || slices.ContainsFunc(s.Resources, func(r string) bool { return r == "*" || strings.Contains(r, "${") }) {
				return wish{all: true}
			}
			found.patterns = append(found.patterns, s.Resources...)
		}
	}
	return found
}
