package collect

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// inWords returns the detail of a ledger's line as something a person can read: a bare
// code of a provider, or nothing at all, is put after what the reason means.
func inWords(reason estate.Reason, detail string) string {
	switch {
	case strings.ContainsRune(detail, ' '):
		return detail
	case detail == "":
		return meaning(reason)
	default:
		return meaning(reason) + ": " + detail
	}
}

func meaning(reason estate.Reason) string {
	switch reason {
	case estate.Denied:
		return "the credentials may not ask"
	case estate.Throttled:
		return "the cloud kept refusing for rate"
	case estate.Unavailable:
		return "the service failed or did not answer"
	case estate.NotEnabled:
		return "the service or the region is switched off"
	case estate.Unsupported:
		return "the endpoint does not know the call"
	case estate.Malformed:
		return "question and answer did not fit"
	case estate.Uncollected:
		return "it was left out of this scan"
	default:
		return string(reason)
	}
}
