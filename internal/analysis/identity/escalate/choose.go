package escalate

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// newName is how something is called that the principal would make where its policies
// leave the name to it. newRegion is where it would make it.
const (
	newName   = "stance-example"
	newRegion = "us-east-1"
)

// mostTries is how many ARNs are tried for one resource type.
const mostTries = 24

// choose answers about whatever the principal may choose: every resource type that the
// action requires must have an ARN for which it is allowed, or one of the others where
// it requires none. The ARNs tried follow the patterns of the principal's policies.
func (d *Decider) choose(q Question, who decide.Principal, layers decide.Layers) Answer {
	action, _ := d.table.Lookup(q.Action)
	if len(action.Resources) == 0 {
		return d.decide(q, who, layers, decide.Resource{ARN: "*", Account: who.Account}, nil)
	}
	required := slices.ContainsFunc(action.Resources, func(r reference.ActionResource) bool { return r.Required })
	var answers []Answer
	for _, r := range action.Resources {
		if r.Required == required {
			answers = append(answers, d.try(q, who, layers, r.Type))
		}
	}
	byVerdict := func(a, b Answer) int { return int(a.Verdict) - int(b.Verdict) }
	if required {
		return slices.MinFunc(answers, byVerdict)
	}
	return slices.MaxFunc(answers, byVerdict)
}

// try answers for one resource type: the best of the ARNs.
func (d *Decider) try(q Question, who decide.Principal, layers decide.Layers, t *reference.ResourceType) Answer {
	var best Answer
	for _, arn := range d.candidates(q.Action, &who, &layers, t) {
		resource := decide.Resource{ARN: arn, Account: who.Account, OrgID: who.OrgID, OrgPaths: who.OrgPaths, ManagementAccount: who.ManagementAccount}
		_, rcps := d.policies.Target(arn)
		answer := d.decide(q, who, layers, resource, rcps)
		if answer.Verdict > best.Verdict || best.By == "" {
			best = answer
		}
		if best.Verdict == Yes {
			break
		}
	}
	return best
}

// candidates returns ARNs of the type that the policies may allow the action on.
func (d *Decider) candidates(action string, who *decide.Principal, layers *decide.Layers, t *reference.ResourceType) []string {
	list := []string{fill(t.ARN, who, newName)}
	for _, source := range layers.Identity {
		if source.Doc == nil {
			continue
		}
		for i := range source.Doc.Statements {
			s := &source.Doc.Statements[i]
			if !s.Allows() || !speaksOf(s, action) {
				continue
			}
			for _, pattern := range s.Resources {
				arn := fill(strings.ReplaceAll(pattern, "?", "0"), who, newName)
				if len(list) < mostTries && policydoc.Match(t.ARN, arn) && reachable(arn, who) && !slices.Contains(list, arn) {
					list = append(list, arn)
				}
			}
		}
	}
	return list
}

// reachable reports whether an ARN is of the principal's own account, or of none, as
// what AWS offers to all is.
func reachable(arn string, who *decide.Principal) bool {
	account := accountOf(arn)
	return account == who.Account || account == "" || account == "aws"
}

func speaksOf(s *policydoc.Statement, action string) bool {
	matches := func(pattern string) bool { return policydoc.MatchAction(pattern, action) }
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, matches)
	}
	return slices.ContainsFunc(s.Actions, matches)
}

// fill turns a pattern of ARNs into one ARN: its partition, region and account become
// those of the principal, a star in the rest becomes name. A policy's variable for the
// name of a user becomes that.
func fill(pattern string, who *decide.Principal, name string) string {
	const partition, region, account, rest, fields = 1, 3, 4, 5, 6
	parts := strings.SplitN(pattern, ":", fields)
	if len(parts) < fields {
		return pattern
	}
	for i, value := range map[int]string{partition: partitionOf(who.ARN), region: newRegion, account: who.Account} {
		if strings.Contains(parts[i], "*") {
			parts[i] = value
		}
	}
	parts[rest] = strings.ReplaceAll(parts[rest], "*", name)
	parts[rest] = strings.ReplaceAll(parts[rest], "${aws:username}", who.ARN[strings.LastIndexByte(who.ARN, '/')+1:])
	return strings.Join(parts, ":")
}

func partitionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) < 3 {
		return "aws"
	}
	return parts[1]
}
