package output

import "github.com/stance-sec/stance/internal/estate"

// Explanation says to a person why something is not known.
type Explanation struct {
	// What happened, as a clause: "access was denied".
	What string
	// Next is what to do about it, as a sentence without its end; empty when there is
	// nothing to do.
	Next string
}

// Explain puts a reason into words. A reason that is none of ours explains itself.
func Explain(r estate.Reason) Explanation {
	switch r {
	case estate.Denied:
		return Explanation{"access was denied", "grant the permission, and look for service control policies that deny it"}
	case estate.Throttled:
		return Explanation{"the cloud kept refusing for rate", "scan again when less else calls it, or more slowly with --share 0.5"}
	case estate.Unavailable:
		return Explanation{"the service failed or did not answer", "scan again; if it stays, see what stance doctor says of the endpoint"}
	case estate.NotEnabled:
		return Explanation{"the service or region is switched off", "nothing, unless it should be on"}
	case estate.Unsupported:
		return Explanation{"the endpoint does not know the call", "no permission helps: the service is not offered there, or the endpoint is a local double"}
	case estate.Malformed:
		return Explanation{"what was answered could not be understood", "look at the detail in the JSON report; if scanning again does not help, report it as a bug with the type"}
	case estate.Uncollected:
		return Explanation{"it was not read, or the cloud does not tell it", "scan again without --quick and without leaving out accounts, regions or services; where nothing was left out, a person has to look"}
	case estate.Computed:
		return Explanation{"it is decided when the code is applied", "judge it again after applying"}
	default:
		return Explanation{What: string(r)}
	}
}
