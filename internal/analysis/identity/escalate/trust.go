package escalate

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const assumeRole = "sts:AssumeRole"

// takesRole reports whether the need is to take a role as it is.
func takesRole(n *Need) bool { return n.Action == assumeRole && n.On == OnTarget && !n.Trusted }

// byTrust reports whether a role that trusts the principal can meet the need alone, so
// that the principal itself may hold nothing.
func byTrust(n *Need) bool { return takesRole(n) || n.Trusted }

// trustKey is a role with a service that may take it by an action.
type trustKey struct {
	service, action string
	role            *Node
}

func passKey(service, action, account string) string {
	return service + " " + action + " " + account
}

// indexPassable finds, for every service of the rules, the roles that trust it.
// Service-linked ones cannot be passed.
func (g *Engine) indexPassable() {
	done := map[string]bool{}
	for i := range g.rules {
		p := g.rules[i].Passes
		if p == nil {
			continue
		}
		for _, service := range p.To {
			if key := passKey(service, p.Trust, ""); !done[key] {
				done[key] = true
				g.addPassable(service, p.Trust)
			}
		}
	}
}

func (g *Engine) addPassable(service, action string) {
	for i := range g.estate.Nodes {
		n := &g.estate.Nodes[i]
		if n.Kind != Role || n.ServiceLinked {
			continue
		}
		if t := g.trustOf(n, service, action); t.verdict != No {
			key := passKey(service, action, n.Account)
			g.passable[key] = append(g.passable[key], n)
			g.trusts[trustKey{service, action, n}] = t
		}
	}
}

// trusted is how a role trusts a service, by the name it goes by there.
type trusted struct {
	finding
	service string
}

// trustOf asks whether the role trusts a service. In China some services go by a name
// of their own.
func (g *Engine) trustOf(n *Node, service, action string) trusted {
	best := trusted{}
	a := asker{engine: g, access: g.access}
	spellings := []string{service}
	if strings.HasPrefix(n.ARN, "arn:aws-cn:") {
		spellings = append(spellings, service+".cn")
	}
	for _, name := range spellings {
		if n.Trust != nil && !names(n.Trust, name) {
			continue
		}
		if f := a.question(Question{Principal: name, Action: action, Resource: n.ARN}); f.verdict > best.verdict {
			best = trusted{f, name}
		}
	}
	return best
}

// names reports whether a trust policy may speak of a service or identity provider.
func names(d *policydoc.Document, id string) bool {
	return slices.ContainsFunc(d.Statements, func(s policydoc.Statement) bool {
		return s.Allows() && (len(s.NotPrincipals) > 0 || slices.ContainsFunc(s.Principals, func(p policydoc.Principal) bool {
			return p.ID == id || p.ID == "*"
		}))
	})
}

// trustIndex finds the roles that a principal may be trusted by.
type trustIndex struct {
	// byName are those whose trust policy names a principal, byAccount an account.
	byName, byAccount map[string][]*Node
	// open are those that trust everyone, everyone but some, or are not known.
	open []*Node
	// place is the order of roles in the estate.
	place map[*Node]int
}

func indexTrust(nodes []Node) trustIndex {
	t := trustIndex{byName: map[string][]*Node{}, byAccount: map[string][]*Node{}, place: map[*Node]int{}}
	for i := range nodes {
		n := &nodes[i]
		if n.Kind != Role {
			continue
		}
		t.place[n] = i
		if n.Trust == nil {
			t.open = append(t.open, n)
			continue
		}
		for j := range n.Trust.Statements {
			t.add(n, &n.Trust.Statements[j])
		}
	}
	return t
}

func (t *trustIndex) add(n *Node, s *policydoc.Statement) {
	if !s.Allows() {
		return
	}
	if len(s.NotPrincipals) > 0 {
		t.open = append(t.open, n)
	}
	for _, p := range s.Principals {
		account := p.Account()
		switch {
		case p.Anyone():
			t.open = append(t.open, n)
		case p.Kind != "AWS":
		case p.ID == account || strings.HasSuffix(p.ID, ":root"):
			t.byAccount[account] = append(t.byAccount[account], n)
		default:
			t.byName[roleOf(p.ID)] = append(t.byName[roleOf(p.ID)], n)
		}
	}
}

// roleOf turns the ARN of a role's session into account and name of the role, which is
// all that it holds; other ARNs stay.
func roleOf(arn string) string {
	before, name, ok := strings.Cut(arn, ":assumed-role/")
	if !ok {
		return arn
	}
	name, _, _ = strings.Cut(name, "/")
	return sessionKey(before[strings.LastIndexByte(before, ':')+1:], name)
}

func sessionKey(account, role string) string { return account + " " + role }

// roles returns the candidates in the order of the estate. Those that trust an account
// as a whole need the principal to hold sts:AssumeRole.
func (t *trustIndex) roles(from *Node, holds bool) []*Node {
	name := from.ARN[strings.LastIndexByte(from.ARN, '/')+1:]
	list := slices.Concat(t.byName[from.ARN], t.byName[sessionKey(from.Account, name)], t.open)
	if holds {
		list = append(list, t.byAccount[from.Account]...)
	}
	slices.SortFunc(list, func(a, b *Node) int { return t.place[a] - t.place[b] })
	return slices.Compact(list)
}
