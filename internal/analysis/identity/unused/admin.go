package unused

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
)

// everywhere are actions that together only an administrator may do on anything; %s is
// the account.
var everywhere = [...]struct{ action, resource string }{
	{"iam:AttachRolePolicy", "arn:aws:iam::%s:role/stance-any-name"},
	{"iam:CreateUser", "arn:aws:iam::%s:user/stance-any-name"},
	{"ec2:RunInstances", "arn:aws:ec2:us-east-1:%s:instance/*"},
	{"lambda:CreateFunction", "arn:aws:lambda:us-east-1:%s:function:stance-any-name"},
	{"cloudtrail:StopLogging", "arn:aws:cloudtrail:us-east-1:%s:trail/stance-any-name"},
}

// Administers tells whether a principal may do everything in its account, all policies
// weighed: No as soon as one thing is denied, Maybe when one is not sure.
func Administers(d *access.Directory, p *access.Principal) estate.Tri {
	verdict := estate.Yes
	for _, probe := range everywhere {
		if !d.Holds(p, probe.action) {
			return estate.No
		}
		resource := strings.Replace(probe.resource, "%s", p.Account, 1)
		switch d.AskFor(p, access.Question{Action: probe.action, Resource: resource}).Outcome {
		case decide.Allowed:
		case decide.Conditional, decide.Unknown:
			verdict = estate.Maybe
		default:
			return estate.No
		}
	}
	return verdict
}

// changedNothing reports whether no use of IAM in the window can have changed anything:
// there was none, or the last was an action that only reads.
func (a *Auditor) changedNothing(use *Use) bool {
	for i := range use.Services {
		s := &use.Services[i]
		if s.Prefix != "iam" {
			continue
		}
		return !a.window.within(s.LastUsed) || a.onlyRead(s)
	}
	return false
}

func (a *Auditor) onlyRead(s *Service) bool {
	explained := false
	for _, action := range s.Actions {
		if !a.window.within(action.LastUsed) {
			continue
		}
		known, _ := a.table.Lookup(s.Prefix + ":" + action.Name)
		if known.Level != reference.List && known.Level != reference.Read {
			return false
		}
		explained = explained || !action.LastUsed.Before(*s.LastUsed)
	}
	return explained
}
