package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

func readFunction(l line, f *facts) func() {
	ref := l.ref()
	front := publicFront(ref, https, "it answers at a web address of its own")
	front.subnets, front.groups = l.list("vpc", "subnets"), l.guards("vpc", "security_groups")
	if gaps := l.gaps(ref.ID, "urls"); len(gaps) > 0 {
		front.doubt(gaps...)
	} else {
		l.judgeURLs(front)
	}
	return keep(f.fronts, ref.ID, front)
}

// judgeURLs tells what a caller of a function's web addresses must show. One that asks for
// no signature answers only whom a policy allows: that of its alias, else the function's
// ("Control access to Lambda function URLs").
func (l line) judgeURLs(front *frontFact) {
	urls := l.config.GetArray("urls")
	signed, open := false, estate.No
	var gaps []estate.Unknown
	for i, u := range urls {
		if string(u.GetStringBytes("auth_type")) != "NONE" {
			signed = true
			continue
		}
		policy, path := l.config.Get("policy"), "policy"
		if len(u.GetStringBytes("alias")) > 0 {
			policy, path = u.Get("policy"), fmt.Sprintf("urls[%d].policy", i)
		}
		unread := l.gaps(front.ref.ID, path)
		if gaps = append(gaps, unread...); len(unread) > 0 {
			open = open.Or(estate.Maybe)
		} else {
			open = open.Or(estate.TriOf(l.letsCall(policy)))
		}
	}
	switch {
	case len(urls) == 0:
		front.close("it has no web address")
	case open == estate.Yes:
		front.auth = "policy"
	case open == estate.Maybe:
		front.auth = "policy"
		front.doubt(gaps...)
	case signed:
		front.auth = "iam"
	default:
		front.close("no policy lets anyone call its web address without a signature")
	}
}

// callURL is the action of calling a function's web address, in lower case, since policies
// may write it in any.
const callURL = "lambda:invokefunctionurl"

// letsCall reports whether a statement may let callers who sign nothing use a function's
// web address.
func (l line) letsCall(policy *fastjson.Value) bool {
	return policy != nil && slices.ContainsFunc(policy.GetArray("statements"), func(s *fastjson.Value) bool {
		everyone := s.Exists("not_principals") || slices.ContainsFunc(s.GetArray("principals"), func(p *fastjson.Value) bool { return string(p.GetStringBytes("id")) == "*" })
		calls := s.Exists("not_actions") || slices.ContainsFunc(l.b.texts(s.GetArray("actions")), func(action string) bool {
			before, _, pattern := strings.Cut(strings.ToLower(action), "*")
			return before == callURL || pattern && strings.HasPrefix(callURL, before)
		})
		return string(s.GetStringBytes("effect")) == "Allow" && everyone && calls
	})
}
