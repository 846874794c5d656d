package route

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Class says in words what a class of targets is.
func Class(class string) string {
	switch class {
	case "unclassified-data":
		return "data that nobody has classified"
	case "organization-admin":
		return "administration of the organisation"
	case "account-admin":
		return "administration of the account"
	case "service-admin":
		return "administration of a service"
	case "compute":
		return "running code"
	default:
		return strings.ReplaceAll(class, "-", " ")
	}
}

// Reason says in words why findings are set aside.
func Reason(r estate.SuppressedReason) string {
	switch r {
	case estate.SuppressedAccepted:
		return "accepted until a date"
	case estate.SuppressedDuplicate:
		return "another finding says the same"
	case estate.SuppressedProvider:
		return "managed by the provider, not by you"
	case estate.SuppressedEphemeral:
		return "gone before anyone can act"
	case estate.SuppressedNotReachable:
		return "not reachable by anyone outside"
	case estate.SuppressedNonProduction:
		return "not production, and nothing of value lies behind it"
	default:
		return strings.ReplaceAll(string(r), "-", " ")
	}
}

// Effort says in words what a fix takes.
func Effort(e estate.Effort) string {
	switch e {
	case estate.EffortSetting:
		return "one setting"
	case estate.EffortTemplate:
		return "change a template"
	case estate.EffortCode:
		return "rewrite a policy or code"
	case estate.EffortMigration:
		return "make it anew and move the content"
	default:
		return string(e)
	}
}
