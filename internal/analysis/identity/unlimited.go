package identity

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Unlimited is an action that an identity policy grants on everything.
type Unlimited struct {
	Action string
	// Statement is the index of the first statement that grants it.
	Statement int
}

// UnlimitedActions returns those of the actions that an identity policy allows on every
// resource, in their order. A pattern of resources stands for all when it is "*" or ends
// in one of everything, such as ":role/*". Any condition counts as a limit, on what is
// allowed and on what is denied. Actions are compared without regard to case.
func UnlimitedActions(doc *policydoc.Document, actions, everything []string) []Unlimited {
	var allows, denies []int
	for i := range doc.Statements {
		s := &doc.Statements[i]
		all := slices.ContainsFunc(s.Resources, func(r string) bool { return standsForAll(r, everything) })
		switch {
		case len(s.Conditions) > 0:
		case s.Allows() && (all || len(s.NotResources) > 0):
			allows = append(allows, i)
		case s.Denies() && all:
			denies = append(denies, i)
		}
	}
	if len(allows) == 0 {
		return nil
	}
	var granted []Unlimited
	for _, action := range actions {
		isAbout := func(i int) bool { return about(&doc.Statements[i], action) }
		if at := slices.IndexFunc(allows, isAbout); at >= 0 && !slices.ContainsFunc(denies, isAbout) {
			granted = append(granted, Unlimited{action, allows[at]})
		}
	}
	return granted
}

func standsForAll(resource string, everything []string) bool {
	return resource == "*" || resource == "arn:aws:*" ||
		slices.ContainsFunc(everything, func(end string) bool { return strings.HasSuffix(resource, end) })
}

// about reports whether a statement is about an action.
func about(s *policydoc.Statement, action string) bool {
	matches := func(pattern string) bool { return policydoc.MatchAction(pattern, action) }
	return slices.ContainsFunc(s.Actions, matches) || len(s.NotActions) > 0 && !slices.ContainsFunc(s.NotActions, matches)
}
