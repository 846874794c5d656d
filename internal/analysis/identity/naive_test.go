package identity_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// request is what a stranger sends: an action on a resource, and context keys in
// lower case.
type request struct {
	action, resource string
	context          map[string]string
}

// strangers lists requests from outside: every mix of what the keys below can be
// for someone who is not the owner.
func strangers() []request {
	choices := map[string][]string{
		"aws:sourcevpce":            {"", "vpce-99999999"},
		"aws:principalorgid":        {"", "o-stranger99"},
		"aws:sourceip":              {"", "8.8.8.8", "200.1.1.1", "2600::1"},
		"aws:principalisawsservice": {"", "false"},
		"aws:securetransport":       {"true", "false"},
	}
	contexts := []map[string]string{{}}
	for key, values := range choices {
		var next []map[string]string
		for _, context := range contexts {
			for _, value := range values {
				grown := map[string]string{key: value}
				for k, v := range context {
					grown[k] = v
				}
				next = append(next, grown)
			}
		}
		contexts = next
	}
	var all []request
	for _, context := range contexts {
		for _, action := range []string{"s3:GetObject", "s3:PutObject"} {
			for _, resource := range []string{"arn:aws:s3:::b/x", "arn:aws:s3:::b/private/x"} {
				all = append(all, request{action, resource, context})
			}
		}
		for _, action := range []string{"s3:ListBucket", "s3:PutBucketPolicy"} {
			all = append(all, request{action, "arn:aws:s3:::b", context})
		}
	}
	return all
}

// naiveCondition evaluates one condition on one request, operator by operator.
func naiveCondition(c policydoc.Condition, r request) bool {
	op, _ := policydoc.ParseOperator(c.Operator)
	shown := r.context[strings.ToLower(c.Key)]
	if op.Base == "Null" {
		return (shown == "") == (c.Values[0] == "true")
	}
	if shown == "" {
		switch {
		case op.IfExists || op.Set == "ForAllValues":
			return true
		case op.Set == "ForAnyValue":
			return false
		}
		return op.Negated
	}
	met := slices.ContainsFunc(c.Values, func(value string) bool {
		switch op.Base {
		case "StringLike":
			return policydoc.Match(value, shown)
		case "IpAddress":
			return netip.MustParsePrefix(value).Contains(netip.MustParseAddr(shown))
		default:
			return value == shown
		}
	})
	return met != op.Negated
}

// naiveAllows evaluates a whole document on one request.
func naiveAllows(doc *policydoc.Document, r request) bool {
	allowed := false
	for _, s := range doc.Statements {
		about := !slices.ContainsFunc(s.NotActions, func(p string) bool { return policydoc.MatchAction(p, r.action) })
		if len(s.NotActions) == 0 {
			about = slices.ContainsFunc(s.Actions, func(p string) bool { return policydoc.MatchAction(p, r.action) })
		}
		about = about && slices.ContainsFunc(s.Resources, func(p string) bool { return policydoc.Match(p, r.resource) })
		// The random principals are everyone, one account, or all but one account.
		about = about && (len(s.NotPrincipals) > 0 || s.Principals[0].Anyone())
		for _, c := range s.Conditions {
			about = about && naiveCondition(c, r)
		}
		if about && s.Denies() {
			return false
		}
		allowed = allowed || about
	}
	return allowed
}

func pick[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// randomCondition draws from conditions whose keys the requests above span.
func randomCondition(random *rand.Rand) (operator, key string, values []string) {
	switch random.IntN(5) {
	case 0:
		return pick(random, "StringEquals", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "ForAnyValue:StringNotEquals", "StringLike"),
			"aws:SourceVpce", []string{pick(random, "vpce-11112222", "vpce-33334444")}
	case 1:
		return pick(random, "StringLike", "StringNotLike", "StringLikeIfExists", "StringNotLikeIfExists"),
			"aws:PrincipalOrgID", []string{pick(random, "o-ownerorg11", "*")}
	case 2:
		return pick(random, "IpAddress", "NotIpAddress", "NotIpAddressIfExists", "IpAddressIfExists"),
			"aws:SourceIp", pick(random, []string{"9.9.9.0/24"}, []string{"0.0.0.0/0"}, []string{"0.0.0.0/1", "128.0.0.0/1", "::/0"}, []string{"10.0.0.0/8"})
	case 3:
		return pick(random, "Bool", "BoolIfExists"), "aws:PrincipalIsAWSService", []string{pick(random, "true", "false")}
	default:
		return "Null", pick(random, "aws:SourceVpce", "aws:PrincipalOrgID"), []string{pick(random, "true", "false")}
	}
}

func randomStatement(random *rand.Rand) map[string]any {
	s := map[string]any{
		"Effect":   pick(random, "Allow", "Allow", "Deny"),
		"Resource": pick(random, "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/private/*"),
	}
	s[pick(random, "Action", "Action", "NotAction")] = pick(random, "s3:*", "s3:GetObject", "s3:Put*")
	switch random.IntN(5) {
	case 0:
		s["Principal"] = map[string]any{"AWS": "111122223333"}
	case 1:
		s["NotPrincipal"] = map[string]any{"AWS": "111122223333"}
	default:
		s["Principal"] = "*"
	}
	conditions := map[string]map[string]any{}
	for range random.IntN(3) {
		operator, key, values := randomCondition(random)
		if conditions[operator] == nil {
			conditions[operator] = map[string]any{}
		}
		conditions[operator][key] = values
	}
	s["Condition"] = conditions
	return s
}

// TestPublicAgreesWithTryingEveryStranger holds the verdict against a plain
// evaluation of thousands of requests. A no must be right always. A yes must be
// right for documents with one allow statement and nothing to combine; with more,
// the verdict may err to yes, as its contract says, and the test bounds how often.
func TestPublicAgreesWithTryingEveryStranger(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	requests := strangers()
	yes, no, cautious := 0, 0, 0
	for range 6000 {
		var statements []any
		for range 1 + random.IntN(3) {
			statements = append(statements, randomStatement(random))
		}
		text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		if err != nil {
			t.Fatal(err)
		}
		doc := parse(t, string(text))
		open := slices.ContainsFunc(requests, func(r request) bool { return naiveAllows(doc, r) })
		switch got := identity.Public(doc, identity.Options{Resource: "arn:aws:s3:::b"}).Verdict; {
		case got == estate.Maybe:
			t.Fatalf("every key is known, got unknown for %s", text)
		case open && got != estate.Yes:
			t.Fatalf("a stranger is allowed, got %v for %s", got, text)
		case open:
			yes++
		case got == estate.No:
			no++
		case simple(doc):
			t.Fatalf("no stranger is allowed, got %v for %s", got, text)
		default:
			cautious++
		}
	}
	if yes < 1000 || no < 1000 || cautious > 300 {
		t.Errorf("%d yes, %d no, %d too cautious", yes, no, cautious)
	}
}

// simple reports whether a document has nothing that must be weighed together: no
// deny, and no key twice in a statement.
func simple(doc *policydoc.Document) bool {
	for _, s := range doc.Statements {
		keys := map[string]bool{}
		for _, c := range s.Conditions {
			keys[c.Key] = true
		}
		if s.Denies() || len(keys) < len(s.Conditions) {
			return false
		}
	}
	return true
}
