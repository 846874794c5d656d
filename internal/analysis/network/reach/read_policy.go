package reach

import (
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/analysis/network"
)

// admitted are the addresses of the internet from which a resource policy of an API may
// let requests in, as far as it tells addresses and ways apart: no others get in. Allows
// count where nothing but the policy can allow ("API Gateway authorization workflow").
func (l line) admitted(policy *fastjson.Value, alone bool) network.Set {
	set := network.Set{}
	if !alone {
		set = network.Everyone()
	}
	statements := policy.GetArray("statements")
	for _, s := range statements {
		if string(s.GetStringBytes("effect")) == "Allow" {
			from, _ := l.comesFrom(s)
			set = set.Union(from)
		}
	}
	for _, s := range statements {
		if string(s.GetStringBytes("effect")) == "Deny" && l.meansAll(s) {
			if from, sure := l.comesFrom(s); sure {
				set = set.Subtract(from)
			}
		}
	}
	return set.Internet()
}

// meansAll reports whether a statement is about everybody's requests to all of an API.
func (l line) meansAll(s *fastjson.Value) bool {
	if s.Exists("not_principals") || s.Exists("not_actions") || s.Exists("not_resources") {
		return false
	}
	everyone := slices.ContainsFunc(s.GetArray("principals"), func(p *fastjson.Value) bool { return string(p.GetStringBytes("id")) == "*" })
	calls := slices.ContainsFunc(l.b.texts(s.GetArray("actions")), func(action string) bool {
		return slices.Contains([]string{"*", "execute-api:*", "execute-api:invoke"}, strings.ToLower(action))
	})
	resources := l.b.texts(s.GetArray("resources"))
	return everyone && calls && (len(resources) == 0 || slices.ContainsFunc(resources, wholeAPI))
}

// wholeAPI reports whether a pattern takes in all stages, methods and paths of an API:
// "*", "execute-api:/*", or an ARN whose part behind the API is a star.
func wholeAPI(pattern string) bool {
	name := pattern[strings.LastIndexByte(pattern, ':')+1:]
	_, rest, found := strings.Cut(name, "/")
	return name == "*" || found && strings.Trim(rest, "*/") == "" && strings.HasPrefix(rest, "*")
}

// comesFrom returns the addresses of the internet from which a statement's conditions may
// hold, and whether they hold for certain there.
func (l line) comesFrom(s *fastjson.Value) (network.Set, bool) {
	set, sure := network.Everyone(), true
	for _, c := range s.GetArray("conditions") {
		one, known := holdsFor(string(c.GetStringBytes("operator")), strings.ToLower(string(c.GetStringBytes("key"))), l.b.texts(c.GetArray("values")))
		if sure = sure && known; known {
			set = set.Intersect(one)
		}
	}
	return set, sure
}

// holdsFor returns the addresses of the internet for which a condition holds; false when
// it is about something else. Requests over the internet come through no VPC endpoint, so
// that its keys are absent ("AWS global condition context keys").
func holdsFor(operator, key string, values []string) (network.Set, bool) {
	base, optional := strings.CutSuffix(operator, "IfExists")
	switch key {
	case "aws:sourceip":
		ranges, err := network.ParseSet(values)
		switch {
		case err != nil:
		case base == "IpAddress":
			return ranges, true
		case base == "NotIpAddress":
			return network.Everyone().Subtract(ranges), true
		}
	case "aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip":
		switch {
		case base == "Null":
			return everyoneIf(slices.Contains(values, "true")), true
		case strings.Contains(base, ":"): // operators over sets of values
		default:
			return everyoneIf(optional || strings.Contains(base, "Not")), true
		}
	}
	return network.Set{}, false
}

func everyoneIf(yes bool) network.Set {
	if yes {
		return network.Everyone()
	}
	return network.Set{}
}
