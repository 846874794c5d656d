package escalate

import (
	"maps"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// policyKey is the condition key that says which policy a call attaches ("Available keys
// for IAM", iam:PolicyARN, IAM User Guide).
const policyKey = "iam:PolicyARN"

// ManagedPolicy is a policy that can be attached. Doc is nil when it could not be read.
type ManagedPolicy struct {
	ARN string
	Doc *policydoc.Document
}

// attaches reports whether an action gives a managed policy to somebody.
func attaches(action string) bool {
	switch strings.ToLower(action) {
	case "iam:attachrolepolicy", "iam:attachuserpolicy", "iam:attachgrouppolicy":
		return true
	default:
		return false
	}
}

// attach answers where it hangs on the request whether a policy may be attached: by the
// policies that would let their bearer decide what it may do, one by one. Where only
// others may be attached, the answer is No.
func (d *Decider) attach(q Question, who decide.Principal, resource decide.Resource, layers decide.Layers, open Answer) Answer {
	managed, unread := d.policies.Managed(who.Account)
	best, tried := Answer{}, 0
	for _, c := range d.attachable(&who, managed) {
		if tried++; tried > mostTries {
			return open
		}
		with := q
		with.Context = maps.Clone(q.Context)
		if with.Context == nil {
			with.Context = map[string]string{}
		}
		with.Context[policyKey] = c.arn
		answer := d.decide(with, who, layers, resource, layers.RCPs)
		if answer.Verdict > c.gives {
			answer.Verdict, answer.Unknown = c.gives, c.unknown
		}
		if answer.Verdict > best.Verdict {
			best = answer
		}
		if best.Verdict >= Conditional {
			break
		}
	}
	if best.Verdict == No && unread != nil {
		best = Answer{Verdict: Unknown, Unknown: []estate.Unknown{*unread}}
	}
	if best.Verdict == Conditional {
		best.Residue = open.Residue
	}
	return best
}

// candidate is a policy with how surely its bearer may decide what it may do.
type candidate struct {
	arn     string
	gives   Verdict
	unknown []estate.Unknown
}

// attachable lists the policies that may let their bearer decide what it may do: those of
// AWS that do in every account, one that the principal would have to write, and those
// told.
func (d *Decider) attachable(who *decide.Principal, managed []ManagedPolicy) []candidate {
	aws := "arn:" + partitionOf(who.ARN) + ":iam::"
	list := []candidate{
		{arn: aws + "aws:policy/AdministratorAccess", gives: Yes}, {arn: aws + "aws:policy/IAMFullAccess", gives: Yes},
		{arn: aws + who.Account + ":policy/" + newName, gives: Conditional},
	}
	for _, m := range managed {
		c := candidate{arn: m.ARN, gives: d.gives(who, m)}
		if c.gives == Unknown {
			c.unknown = []estate.Unknown{{Path: m.ARN, Reason: estate.Uncollected, Detail: "what the policy allows is not known"}}
		}
		if c.gives != No {
			list = append(list, c)
		}
	}
	return list
}

// gives tells whether a policy lets its bearer attach or write any policy.
func (d *Decider) gives(who *decide.Principal, m ManagedPolicy) Verdict {
	if m.Doc == nil {
		return Unknown
	}
	key := who.Account + " " + m.ARN
	if known, ok := d.given.Load(key); ok {
		return known.(Verdict) //nolint:forcetypeassert // only verdicts are stored
	}
	iam := "arn:" + partitionOf(who.ARN) + ":iam::"
	bearer := decide.Principal{Kind: decide.User, ARN: iam + who.Account + ":user/" + newName, Account: who.Account}
	layers := decide.Layers{Identity: []decide.Source{{Name: m.ARN, Doc: m.Doc}}}
	best := No
	for action, on := range map[string]string{
		"iam:AttachUserPolicy": "user/", "iam:PutUserPolicy": "user/", "iam:AttachRolePolicy": "role/", "iam:PutRolePolicy": "role/", "iam:CreatePolicyVersion": "policy/",
	} {
		q := Question{Principal: bearer.ARN, Action: action, Context: map[string]string{policyKey: iam + "aws:policy/AdministratorAccess"}}
		resource := decide.Resource{ARN: iam + who.Account + ":" + on + newName, Account: who.Account}
		best = max(best, d.decide(q, bearer, layers, resource, nil).Verdict)
	}
	d.given.Store(key, best)
	return best
}
