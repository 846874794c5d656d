package decide

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// KeyState is how much is known of a condition key.
type KeyState = state

// The states of a key: the request lacks it; it has the values told; it has one value
// that a pattern stands for; the request settles it; it
// is fixed, but could not be read.
const (
	KeyAbsent  = absent
	KeyPresent = present
	KeyShaped  = shaped
	KeyOpen    = open
	KeyUnread  = unreadable
)

// Fact is what a Context says of a key.
type Fact struct {
	State KeyState
	// Values are those of a present key. Do not change them.
	Values []string
	// Like is the pattern of a shaped key.
	Like string
}

// Find returns what a context says of a key, given in lower case, and whether it
// mentions it at all; what it does not mention is up to its world. It takes no memory.
func (c *Context) Find(lower string) (Fact, bool) {
	var buffer [96]byte
	e, found := c.find(append(buffer[:0], lower...))
	return Fact{e.state, e.values, e.like}, found
}

// With returns a copy that says what another context says on top.
func (c *Context) With(other *Context) Context {
	joined := c.Clone()
	for _, p := range other.prefixes {
		maps.DeleteFunc(joined.entries, func(key string, _ entry) bool { return strings.HasPrefix(key, p.prefix) })
	}
	for key, e := range other.entries {
		joined.entries[key] = e
	}
	joined.prefixes = append(joined.prefixes, other.prefixes...)
	return joined
}

// World returns what holds of keys that the context does not mention.
func (c *Context) World() World { return c.world }

// KnownOfPrincipal is the part of Known that follows from the principal alone.
func KnownOfPrincipal(p *Principal) Context {
	const typical = 40 // keys
	c := Context{world: OpenWorld, entries: make(map[string]entry, typical)}
	c.Set("aws:SecureTransport", "true")
	c.Set("aws:ViaAWSService", "false")
	for _, key := range []string{"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"} {
		c.Absent(key)
	}
	knownPrincipal(&c, p)
	return c
}

// KnownOfResource is the part of Known that follows from the resource and the action;
// the resource "*" is that of the account given.
func KnownOfResource(r *Resource, action, account string) Context {
	c := NewContext(OpenWorld)
	knownResource(&c, account, r, action)
	return c
}

// InAccount reports whether the principal belongs to an account, and so has identity
// policies and SCPs.
func (p *Principal) InAccount() bool { return p.inAccount() }

// IsRole and IsKey tell the ARNs whose policies follow rules of their own: those of IAM
// roles and of KMS keys.
func IsRole(arn string) bool { return isRole(arn) }

// IsKey is described with IsRole.
func IsKey(arn string) bool { return isKey(arn) }

// Protected reports whether IAM refuses an action, in lower case, to everyone in the
// account, because the role belongs to a service.
func Protected(action, arn string) bool { return protected(action, arn) }

// Assumes reports whether an action is one that the trust policy of a role is about.
func Assumes(action string) bool { return assumes(action) }

// ByToken reports whether an action is made with the token of an identity provider
// instead of credentials.
func ByToken(action string) bool { return byToken(action) }

// ServiceOf returns the prefix of an action, in lower case.
func ServiceOf(action string) string { return serviceOf(action) }

// ActedOn returns the ARN that statements are held against: that of the resource, or a
// lone star for an action that takes none; reference may be nil. Only listing one's
// buckets is granted by a statement on all buckets too, as the IAM User Guide does
// ("Create an IAM user and assume a role with AWS STS").
func ActedOn(reference Reference, action, arn string) string {
	switch {
	case reference == nil || reference.SupportsResourceLevel(action):
		return arn
	case strings.EqualFold(action, "s3:ListAllMyBuckets"):
		return "arn:aws:s3:::*"
	default:
		return "*"
	}
}

// RCPReaches reports whether resource control policies reach an action; reference may
// be nil.
func RCPReaches(reference Reference, action string) bool {
	service := serviceOf(action)
	supported := rcpServices[service]
	if reference != nil {
		supported = reference.RCPSupported(service)
	}
	return supported && !strings.EqualFold(action, "kms:RetireGrant")
}

// MultiValued reports whether a request may carry several values of a key; reference
// may be nil.
func MultiValued(reference Reference, key string) bool {
	if reference != nil {
		return reference.ConditionKeyMultiValued(key)
	}
	return multiValuedKeys[strings.ToLower(key)]
}

// Comparison is how one value of a request compares with one of a policy.
type Comparison = answer

// The comparisons that CompareValue answers with.
const (
	ValueDiffers   = differs
	ValueEquals    = equals
	ValueMalformed = malformed
)

// CompareValue holds a value of a request against one of a policy by an operator that
// is not about text or ARNs, in its positive form: Bool, IpAddress, BinaryEquals,
// Numeric..., Date.... It is ValueMalformed when the policy's cannot be read.
func CompareValue(base, have, want string) Comparison {
	return compareValue(base, have, want)
}

// NullSet reports whether values of a request are a null data set: none at all, or empty
// texts only. ForAllValues holds of it and ForAnyValue does not ("Creating a condition
// with multiple keys or values").
func NullSet(values []string) bool {
	return !slices.ContainsFunc(values, func(value string) bool { return value != "" })
}

// OpenTest returns the test that a condition comes to when its key is open, and whether
// the condition asks for its opposite. Variables is whether the document has variables,
// multi whether a request may carry several values of the key. A Null condition must
// have values, all of them legal.
func OpenTest(op policydoc.Operator, c *policydoc.Condition, variables, multi bool) (t Test, opposite bool) {
	return normalTest(op, c, variables, multi)
}

// Identity returns a text that is the same for tests that ask the same.
func (t *Test) Identity() string { return t.identity() }

// Finite reports whether the test is met by its own values alone, or by the absence of
// its key, where a request carries one value of the key.
func (t *Test) Finite() bool { return t.finite() }

// Variables reports whether the values of the test have policy variables.
func (t *Test) Variables() bool { return t.variables }

// SessionTest is the test that a principal, known as a role, is one session of it.
func SessionTest(session string) Test {
	return Test{Key: sessionNameKey, Operator: policydoc.Operator{Base: "StringEquals"}, Values: []string{session}, session: true}
}

// ConditionIdentity returns a text that is the same for conditions of the same words.
func ConditionIdentity(c *policydoc.Condition) string {
	return fmt.Sprintf("%q", append([]string{strings.ToLower(c.Key), c.Operator}, c.Values...))
}
