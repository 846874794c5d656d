package identity

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// denial is a deny statement that is, or may be, about every stranger.
type denial struct {
	index     int
	statement *policydoc.Statement
	// force is Yes when the deny strikes every stranger for certain, else Maybe.
	force estate.Tri
	// actions and notActions are those of the statement in lower case.
	actions, notActions []string
}

func lowered(list []string) []string {
	lower := make([]string, 0, len(list))
	for _, text := range list {
		lower = append(lower, strings.ToLower(text))
	}
	return lower
}

// covers reports whether the deny is about all that an action and a resource
// pattern stand for. The action is in lower case.
func (n *denial) covers(d *dossier, action, resource string) bool {
	return n.coversAction(d, action) && n.coversResource(d, resource)
}

func (n *denial) coversAction(d *dossier, action string) bool {
	for _, denied := range n.actions {
		if d.spend(len(denied)+len(action)) && policydoc.Covers(denied, action) {
			return true
		}
	}
	return len(n.notActions) > 0 && d.apart(n.notActions, action)
}

func (n *denial) coversResource(d *dossier, resource string) bool {
	s := n.statement
	for _, denied := range s.Resources {
		if d.spend(len(denied)+len(resource)) && policydoc.Covers(denied, resource) {
			return true
		}
	}
	if len(s.NotResources) > 0 {
		return d.apart(s.NotResources, resource)
	}
	return len(s.Resources) == 0
}

// apart reports whether none of the exceptions shares anything with the pattern.
func (d *dossier) apart(exceptions []string, pattern string) bool {
	for _, exception := range exceptions {
		if !d.spend(len(exception)*len(pattern)) || policydoc.Overlap(exception, pattern) {
			return false
		}
	}
	return true
}

// part says which part of an action and resource the deny takes away, in words;
// nothing when it takes nothing. The action is in lower case.
func (n *denial) part(d *dossier, action, resource string) []string {
	s := n.statement
	var parts []string
	for i, denied := range n.actions {
		if !d.spend(len(denied)*len(action)) || !policydoc.Overlap(denied, action) {
			continue
		}
		for _, place := range resourcesOf(s) {
			if d.spend(len(place)*len(resource)) && policydoc.Overlap(place, resource) && len(parts) < mostResidue {
				parts = append(parts, cut(fmt.Sprintf("not %s on %s (statement %d)", s.Actions[i], place, n.index)))
			}
		}
	}
	return parts
}

// spend takes work from the budget and reports whether any was left. Every
// comparison costs something beside its length.
func (d *dossier) spend(work int) bool {
	const each = 16
	d.work -= work + each
	return d.work >= 0
}

// narrow returns an action pattern in lower case; a pattern for all actions is
// reduced to those of the service whose resource is meant, as no others act on it.
func narrow(action, resource, attached string) string {
	action = strings.ToLower(action)
	service := serviceOf(attached)
	if service == "" {
		service = serviceOf(resource)
	}
	if own := service + ":*"; service != "" && policydoc.Covers(action, own) {
		return own
	}
	return action
}

// serviceOf returns the service of an ARN, or "" where a pattern leaves it open.
func serviceOf(arn string) string {
	parts := strings.SplitN(arn, ":", 4)
	if len(parts) < 4 || parts[0] != "arn" || policydoc.IsPattern(parts[2]) {
		return ""
	}
	return strings.ToLower(parts[2])
}
