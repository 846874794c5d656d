package identity

import (
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// ServiceGrant is a service an identity policy grants in full.
type ServiceGrant struct {
	// Service is the prefix of its actions, in lower case, such as "s3". It has a
	// wildcard where the policy's own pattern has one.
	Service string
	// Verdict is Yes, or Maybe where a condition may narrow the grant.
	Verdict estate.Tri
	// Statements are the positions of the statements that grant it, rising.
	Statements []int
}

// ServiceWildcards returns the services an identity policy grants in full on all
// their resources: "s3:*" on "*", on "arn:aws:s3:::*", on all resources of one account,
// or on all but some (NotResource). A grant of all services is not listed; see Administers. Conditions count
// as for Administers; an unconditional deny of the service, or of everything, on
// every resource takes a grant away. Ordered by service.
func ServiceWildcards(doc *policydoc.Document) []ServiceGrant {
	if doc == nil {
		return nil
	}
	d := &dossier{doc: doc, work: mostWork}
	grants := map[string]*ServiceGrant{}
	for i := range doc.Statements {
		if doc.Statements[i].Allows() {
			d.addServices(grants, i)
		}
	}
	denied := deniedEverywhere(doc)
	var list []ServiceGrant
	for _, service := range sorted(slices.Collect(maps.Keys(grants))) {
		if !d.anyCovers(denied, service+":*") {
			list = append(list, *grants[service])
		}
	}
	return list
}

// addServices notes the services that one statement grants in full.
func (d *dossier) addServices(grants map[string]*ServiceGrant, index int) {
	s := &d.doc.Statements[index]
	verdict := narrowed(d.doc, s).Not()
	everywhere := slices.ContainsFunc(s.Resources, everyResource) || len(s.NotResources) > 0 && !slices.ContainsFunc(s.NotResources, everyResource)
	for _, action := range s.Actions {
		service := wholeService(action)
		if service == "" || verdict == estate.No || !everywhere && !d.allOf(s.Resources, service) || d.allOf(s.NotResources, service) {
			continue
		}
		grant := grants[service]
		if grant == nil {
			grant = &ServiceGrant{Service: service, Verdict: estate.No}
			grants[service] = grant
		}
		grant.Verdict = grant.Verdict.Or(verdict)
		if n := len(grant.Statements); n == 0 || grant.Statements[n-1] != index {
			grant.Statements = append(grant.Statements, index)
		}
	}
}

// allOf reports whether one of the patterns takes in every resource of a service.
// Where the budget is spent it answers yes: the grant is shown rather than lost.
func (d *dossier) allOf(resources []string, service string) bool {
	return slices.ContainsFunc(resources, func(resource string) bool {
		return !d.spend(len(resource)) || everyResourceOf(resource, service)
	})
}

// anyCovers reports whether one of the patterns covers an action pattern. Where the
// budget is spent it answers no.
func (d *dossier) anyCovers(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		return d.spend(len(pattern)) && policydoc.Covers(pattern, action)
	})
}

// wholeService returns the service an action pattern grants in full, or "" where it
// grants less, or all services.
func wholeService(action string) string {
	service, rest, found := strings.Cut(strings.ToLower(action), ":")
	if !found || strings.Trim(service, "*") == "" || !policydoc.Covers(rest, "?*") {
		return ""
	}
	return service
}

// everyResourceOf reports whether a pattern takes in every resource of a service,
// in all accounts or in one.
func everyResourceOf(resource, service string) bool {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || !policydoc.Covers(parts[2], service) {
		return false
	}
	region, account := strings.Trim(parts[3], "*"), parts[4]
	return region == "" && (strings.Trim(account, "*") == "" || !policydoc.IsPattern(account)) && policydoc.Covers(parts[5], "?*")
}
