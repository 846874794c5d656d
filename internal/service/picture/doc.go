// Package picture draws what an attacker could do in an estate: it joins the network,
// the identities, the escalation rules and the data of an inventory into steps, finds
// the paths, and turns findings into issues, fixes and campaigns.
package picture
