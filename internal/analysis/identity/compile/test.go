package compile

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// test is a comparison that a request may leave open. Tests that ask the same are one.
type test struct {
	// key is the condition key in lower case. It is empty for a test that says nothing
	// about others: one with variables, on a resource, on what nothing can settle.
	key string
	// finite is whether only few values meet it.
	finite bool
	// unknown is whether nothing can settle it.
	unknown bool
	// condition is the test as a condition.
	condition *condition
	values    []string
}

// sessionKey is the key of tests on the name of the principal's session, which is not
// the session that a request asks for.
const sessionKey = "session"

// noKey stands for the key of a condition that names none.
const noKey = "\x00"

// testOf returns the test for a condition on an open key, and whether the condition is
// its opposite.
func (c *Compiler) testOf(op policydoc.Operator, from *policydoc.Condition, variables, multi bool) (*test, bool) {
	t, opposite := decide.OpenTest(op, from, variables, multi)
	return c.intern(&t, strings.ToLower(t.Key), multi), opposite
}

func (c *Compiler) intern(t *decide.Test, key string, multi bool) *test {
	identity := t.Identity()
	if known := c.tests[identity]; known != nil {
		return known
	}
	if key == "" {
		key = noKey
	}
	made := &test{}
	c.tests[identity] = made
	if t.Resource != "" || t.Variables() {
		return made
	}
	made.key, made.values, made.finite = key, t.Values, t.Finite() && !multi
	made.condition = c.plainCondition(t.Operator, &policydoc.Condition{Operator: t.Operator.String(), Key: t.Key, Values: t.Values}, false, multi)
	return made
}

// sessionTest is the test that a role is one session of it.
func (c *Compiler) sessionTest(session string) *test {
	t := decide.SessionTest(session)
	return c.intern(&t, sessionKey, c.multiValued(t.Key))
}

// absentTest is the test that a request lacks a key.
func (c *Compiler) absentTest(key string) *test {
	made, _ := c.testOf(policydoc.Operator{Base: "Null"}, &policydoc.Condition{Operator: "Null", Key: key, Values: []string{"true"}}, false, c.multiValued(key))
	return made
}

// patternTest is the test that a pattern with open variables matches the resource.
func (c *Compiler) patternTest(pattern string) *test {
	return c.apart("pattern\x00" + pattern)
}

// canonicalTest is the test that a canonical user id is that of the account, which
// nothing can settle.
func (c *Compiler) canonicalTest(id string) *test {
	return c.unreadTest("canonical\x00" + id)
}

// unreadTest is a test that nothing can settle.
func (c *Compiler) unreadTest(identity string) *test {
	t := c.apart("unread\x00" + identity)
	t.unknown = true
	return t
}

func (c *Compiler) apart(identity string) *test {
	if known := c.tests[identity]; known != nil {
		return known
	}
	made := &test{}
	c.tests[identity] = made
	return made
}

// choices visits the facts that meet a finite test.
func (t *test) choices(visit func(decide.Fact)) {
	if t.condition.op.Base == "Null" {
		visit(decide.Fact{State: decide.KeyAbsent})
		return
	}
	for i := range t.values {
		visit(decide.Fact{State: decide.KeyPresent, Values: t.values[i : i+1]})
	}
}
