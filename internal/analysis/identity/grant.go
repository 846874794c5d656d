package identity

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Administers tells whether an identity policy allows every action on every
// resource in one statement. Conditions on who calls and how (MFA, address, time,
// network, principal) leave an administrator one; conditions on what is done or on
// the resource do not; keys not known give Maybe. An unconditional deny of every
// action on every resource in the same document takes it away; narrower denies do
// not.
func Administers(doc *policydoc.Document) estate.Tri {
	return anyGrant(doc, func(s *policydoc.Statement) bool {
		return slices.ContainsFunc(s.Actions, everyAction) && slices.ContainsFunc(s.Resources, everyResource)
	})
}

// AllowsAllBut tells whether an identity policy allows all actions but some on every
// resource (NotAction), or every action on all resources but some (NotResource).
// Such a grant takes in whatever AWS adds later. Conditions and denies count as for
// Administers.
func AllowsAllBut(doc *policydoc.Document) estate.Tri {
	return anyGrant(doc, func(s *policydoc.Statement) bool {
		everywhere := len(s.NotResources) > 0 || slices.ContainsFunc(s.Resources, everyResource)
		return len(s.NotActions) > 0 && everywhere ||
			len(s.NotResources) > 0 && slices.ContainsFunc(s.Actions, everyAction)
	})
}

// anyGrant joins the verdicts of the allow statements picked, all of which a deny
// of everything takes away.
func anyGrant(doc *policydoc.Document, pick func(*policydoc.Statement) bool) estate.Tri {
	if doc == nil {
		return estate.Maybe
	}
	if slices.ContainsFunc(deniedEverywhere(doc), everyAction) {
		return estate.No
	}
	result := estate.No
	for i := range doc.Statements {
		if s := &doc.Statements[i]; s.Allows() && pick(s) {
			result = result.Or(narrowed(doc, s).Not())
		}
	}
	return result
}

// deniedEverywhere returns the action patterns, in lower case, that a document
// denies without a condition on every resource.
func deniedEverywhere(doc *policydoc.Document) []string {
	var list []string
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if s.Denies() && len(s.Conditions) == 0 && slices.ContainsFunc(s.Resources, everyResource) {
			for _, action := range s.Actions {
				list = append(list, strings.ToLower(action))
			}
		}
	}
	return list
}

// narrowed tells whether a statement's conditions leave less than it grants.
func narrowed(doc *policydoc.Document, s *policydoc.Statement) estate.Tri {
	result := estate.No
	for i := range s.Conditions {
		result = result.Or(narrowsGrant(doc, &s.Conditions[i]))
	}
	return result
}

// everyAction reports whether a pattern takes in every action there is.
func everyAction(action string) bool { return policydoc.Covers(action, "?*:?*") }

// everyResource reports whether a pattern takes in every resource of a partition.
func everyResource(resource string) bool {
	return slices.ContainsFunc([]string{"*", "arn:aws:?*:*:*:?*", "arn:aws-cn:?*:*:*:?*", "arn:aws-us-gov:?*:*:*:?*"}, func(all string) bool {
		return policydoc.Covers(resource, all)
	})
}
