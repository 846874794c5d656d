package compile

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
)

// Caller is a principal made ready for many decisions.
type Caller struct {
	decide.Principal

	member  bool   // of an account
	name    string // the last part of the ARN
	session string // its ARN
	known   decide.Context
	account []string
	unread  []string // keys
}

// Caller makes a principal ready.
func (c *Compiler) Caller(p decide.Principal) *Caller {
	return &Caller{
		Principal: p, member: p.InAccount(), name: p.ARN[strings.LastIndexByte(p.ARN, '/')+1:], session: p.SessionARN(),
		known: decide.KnownOfPrincipal(&p), account: []string{p.Account},
	}
}

// Unread says that a condition key of the caller could not be read, as
// decide.Context.Unread does. It must come before any decision.
func (c *Caller) Unread(key string, why estate.Unknown) {
	c.known.Unread(key, why)
	c.unread = append(c.unread, key)
}

// Set is the policies over principals, in compiled form. A missing layer is nil; a nil
// document is one that could not be read.
type Set struct {
	identity []*document
	boundary []*document
	session  []*document
	endpoint []*document
	scps     [][]*document
	// hasSession tells a session with no policies from none.
	hasSession bool
	// key is the same for sets that say the same, personal whether one of them tells
	// principals apart by their names.
	key      string
	personal bool
	layers   decide.Layers
}

// Set compiles the layers around a request. RCPs are left aside: they belong to a
// Target.
func (c *Compiler) Set(layers decide.Layers) *Set {
	c.lock.Lock()
	defer c.lock.Unlock()
	s := &Set{identity: c.sources(layers.Identity), hasSession: layers.Session != nil, session: c.sources(layers.Session), scps: c.levels(layers.SCPs), layers: layers}
	if layers.Boundary != nil {
		s.boundary = []*document{c.document(layers.Boundary.Doc)}
	}
	if layers.Endpoint != nil {
		s.endpoint = []*document{c.document(layers.Endpoint.Doc)}
	}
	s.identify()
	return s
}

// identify works out what tells the set from others.
func (s *Set) identify() {
	s.key = fmt.Sprintf("%v %v %v %v %v %t", s.identity, s.boundary, s.session, s.endpoint, s.scps, s.hasSession)
	for _, docs := range append([][]*document{s.identity, s.boundary, s.session, s.endpoint}, s.scps...) {
		for _, doc := range docs {
			s.personal = s.personal || doc != nil && doc.personal
		}
	}
}

// group is a text that is the same for principals that no policy tells apart but by
// their names.
func (c *Caller) group() string {
	return fmt.Sprintf("%d %s %v %t %s %v %t %t %t %s %v", c.Kind, c.Account, c.Tags, c.Tags == nil, c.OrgID, c.OrgPaths, c.ServiceLinked, c.ReservedSSO, c.ManagementAccount, c.CanonicalID, c.unread)
}

// Target is one action on one resource made ready for many decisions.
type Target struct {
	resource decide.Resource
	rcpLists [][]decide.Source

	action string // in lower case
	id     uint16 // reference.NoID where the table does not hold it
	arn    arn    // "*" where the action takes no resources
	// real is the ARN that the request names.
	real arn
	// owner is the account; ours tells that it is always the caller's, lost that it is
	// not known.
	owner      string
	ours, lost bool

	role, key, assumes, byToken bool
	rule                        rule
	rcpsReach                   bool
	policy                      []*document
	consulted                   bool
	rcps                        [][]*document
	known                       decide.Context
	// floating tells that the account of the resource is the caller's.
	floating bool
	// personal is whether a policy over the resource tells principals apart by name.
	personal bool
}

// rule is a rule of AWS that may settle a request without policies.
type rule uint8

const (
	noRule rule = iota
	callerIdentity
	sessionToken
	assumeRole
	passRole
	protectedRole
	bucketPolicy
)

// Target makes an action on a resource ready, with the RCPs over the resource by level.
func (c *Compiler) Target(action string, r decide.Resource, rcps [][]decide.Source) *Target {
	t := &Target{resource: r, rcpLists: rcps, action: strings.ToLower(action), id: reference.NoID, real: splitARN(r.ARN)}
	t.arn = splitARN(decide.ActedOn(c.reference(), t.action, r.ARN))
	if c.table != nil {
		a, _ := c.table.Lookup(t.action)
		t.id = a.ID
	}
	t.role, t.key = decide.IsRole(t.arn.text), decide.IsKey(t.arn.text)
	t.assumes, t.byToken = decide.Assumes(t.action), decide.ByToken(t.action)
	t.owned()
	t.rule = t.ruled()
	t.rcpsReach = !r.ManagementAccount && !r.AWSManaged && decide.RCPReaches(c.reference(), t.action)
	t.known = decide.KnownOfResource(&t.resource, t.action, "")
	t.floating = r.ARN == "*" && r.Account == ""
	c.lock.Lock()
	defer c.lock.Unlock()
	t.rcps = c.levels(rcps)
	t.consulted = (!t.role || t.assumes) && (r.Policy != nil || r.PolicyUnknown != nil)
	t.policy = []*document{nil}
	if r.PolicyUnknown == nil {
		t.policy[0] = c.document(r.Policy)
	}
	for _, docs := range append(t.rcps, t.policy) {
		for _, doc := range docs {
			t.personal = t.personal || doc != nil && doc.personal
		}
	}
	return t
}

// owned finds out whose the resource is.
func (t *Target) owned() {
	const account = 4
	switch own := t.real.fields[account]; {
	case t.resource.Account == decide.UnknownAccount:
		t.lost = true
	case t.resource.Account != "":
		t.owner = t.resource.Account
	case t.resource.ARN == "*", t.real.whole() && own == "aws":
		t.ours = true
	case t.real.whole() && isAccount(own):
		t.owner = own
	default:
		t.lost = true
	}
}

// whole reports whether a text is an ARN.
func (a *arn) whole() bool { return a.count == arnFields && a.fields[0] == "arn" }

func isAccount(s string) bool {
	const digits = 12
	return len(s) == digits && strings.Trim(s, "0123456789") == ""
}

func (t *Target) ruled() rule {
	switch t.action {
	case "sts:getcalleridentity":
		return callerIdentity
	case "sts:getsessiontoken":
		return sessionToken
	case "sts:assumerole":
		return assumeRole
	case "iam:passrole":
		if decide.IsRole(t.real.text) {
			return passRole
		}
	case "s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy":
		return bucketPolicy
	}
	if decide.Protected(t.action, t.real.text) {
		return protectedRole
	}
	return noRule
}
