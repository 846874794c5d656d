package escalate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// need judges a need at a spot.
func (a *asker) need(n *Need, s spot) finding {
	if len(n.Any) > 0 {
		best := finding{}
		for _, all := range n.Any {
			f := finding{verdict: Yes}
			for i := range all {
				f = f.and(a.need(&all[i], s))
			}
			best = best.or(f)
		}
		return best
	}
	switch {
	case n.On == OnNew:
		return a.choose(n)
	case n.On == OnTarget:
		return a.ask(n, s.to())
	default:
		return a.ask(n, s.workload.ARN)
	}
}

func (a *asker) ask(n *Need, resource string) finding {
	q := Question{Principal: a.from.ARN, Action: n.Action, Resource: resource, Context: n.Context, Trusted: n.Trusted}
	return a.question(q)
}

func (a *asker) question(q Question) finding {
	answer := a.access.May(q)
	return finding{answer.Verdict, []Step{{q.Action, q.Resource, answer}}}
}

// choose asks about what the principal may choose itself, once for each action.
func (a *asker) choose(n *Need) finding {
	key := n.Action + contextKey(n.Context)
	f, known := a.chosen[key]
	if !known {
		f = a.ask(n, "")
		a.chosen[key] = f
	}
	return f
}

func contextKey(context map[string]string) string {
	var parts []string
	for k, v := range context {
		parts = append(parts, "\x00"+k+"\x00"+v)
	}
	slices.Sort(parts)
	return strings.Join(parts, "")
}

// passes judges whether the principal may pass the role to a service that it trusts.
func (a *asker) passes(r *Rule, s spot) finding {
	best := finding{}
	for _, service := range r.Passes.To {
		t := a.engine.trusts[trustKey{service, r.Passes.Trust, s.node}]
		if t.verdict == No {
			continue
		}
		pass := a.question(Question{
			Principal: a.from.ARN, Action: passRole, Resource: s.node.ARN,
			Context: map[string]string{"iam:PassedToService": t.service},
		})
		best = best.or(pass.and(t.finding))
	}
	return best
}

// facts judges what must be so of the target.
func facts(r *Rule, s spot) finding {
	f := finding{verdict: Yes}
	for _, c := range r.When {
		is := s.facts()[c.Fact]
		if !c.Is {
			is = is.Not()
		}
		switch is {
		case estate.Yes:
		case estate.No:
			return finding{}
		case estate.Maybe:
			f = f.and(unknown(s.to(), string(c.Fact), fmt.Sprintf("whether %q holds is not known", c.Fact)))
		}
	}
	return f
}

// administers judges whether the principal's account is one from which IAM Identity
// Center is administered.
func (a *asker) administers() finding {
	switch accounts := a.engine.estate.SSOAccounts; {
	case accounts == nil:
		return unknown(a.from.ARN, "account", "the account that administers IAM Identity Center is not known")
	case slices.Contains(accounts, a.from.Account):
		return finding{verdict: Yes}
	default:
		return finding{}
	}
}

// unknown is a finding that hangs on what was not read.
func unknown(arn, path, detail string) finding {
	why := []estate.Unknown{{Path: path, Reason: estate.Uncollected, Detail: detail}}
	return finding{Unknown, []Step{{Resource: arn, Answer: Answer{Verdict: Unknown, Unknown: why}}}}
}
