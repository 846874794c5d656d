package escalate

import (
	"slices"
	"strings"
)

// passRole is the permission to hand a role to a service. Its check is made inside the
// call that hands the role over.
const passRole = "iam:PassRole"

// Edge is a way that is open to a principal.
type Edge struct {
	// From is the principal's ARN, To that of what it leads to: a user, a role, a
	// group, a policy or, for Session, a workload.
	From, To string
	// Rule is the id of the rule.
	Rule   string
	Yields Yield
	// Via is the workload that the way goes through; empty when it makes a new one.
	Via string
	// Self tells that what is written applies to From itself.
	Self bool
	// Verdict is Yes, Conditional or Unknown.
	Verdict Verdict
	// Steps are what the way needs, with what answers each.
	Steps []Step
}

// Engine holds rules against one estate.
type Engine struct {
	rules  []Rule
	access Access
	estate *Estate
	nodes  map[string]*Node
	// kinds are the nodes of a kind by account.
	kinds map[Kind]map[string][]*Node
	sso   []*Node
	// workloads are by type and account, in the order of their roles.
	workloads map[string]map[string][]*Workload
	// passable are the roles that trust a service, by passKey; trusts how each does.
	passable map[string][]*Node
	trusts   map[trustKey]trusted
	trust    trustIndex
}

// New prepares the rules for the estate, which must not change from then on.
func New(rules []Rule, e *Estate, access Access) *Engine {
	g := &Engine{
		rules: rules, access: access, estate: e, nodes: map[string]*Node{},
		kinds: map[Kind]map[string][]*Node{}, workloads: map[string]map[string][]*Workload{},
		passable: map[string][]*Node{}, trusts: map[trustKey]trusted{},
	}
	for i := range e.Nodes {
		n := &e.Nodes[i]
		g.nodes[n.ARN] = n
		if g.kinds[n.Kind] == nil {
			g.kinds[n.Kind] = map[string][]*Node{}
		}
		g.kinds[n.Kind][n.Account] = append(g.kinds[n.Kind][n.Account], n)
		if n.SSO {
			g.sso = append(g.sso, n)
		}
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if g.workloads[w.Type] == nil {
			g.workloads[w.Type] = map[string][]*Workload{}
		}
		g.workloads[w.Type][w.Account] = append(g.workloads[w.Type][w.Account], w)
	}
	for _, byAccount := range g.workloads {
		for _, list := range byAccount {
			slices.SortStableFunc(list, func(a, b *Workload) int { return strings.Compare(a.Role, b.Role) })
		}
	}
	g.indexPassable()
	g.trust = indexTrust(e.Nodes)
	return g
}

// From returns the ways that are open to a user or role of the estate, in the order of
// the rules, then of the estate. Of several ways by one rule to one target the surest
// is told. A principal that may do everything already has none.
func (g *Engine) From(arn string) []Edge {
	n := g.nodes[arn]
	if n == nil || n.Admin {
		return nil
	}
	return g.ways(n, g.access)
}

// FromChanged returns the ways that are open to a user or role once it changed itself, as
// by joining a group. Access answers for it as it is then; also are the groups and policies
// that then apply to it beside those of its node.
func (g *Engine) FromChanged(arn string, also []string, access Access) []Edge {
	n := g.nodes[arn]
	if n == nil {
		return nil
	}
	changed := *n
	changed.Holds = slices.Concat(n.Holds, also)
	return g.ways(&changed, access)
}

func (g *Engine) ways(n *Node, access Access) []Edge {
	if n.ServiceLinked || n.Kind != User && n.Kind != Role {
		return nil
	}
	a := &asker{engine: g, access: access, from: n, chosen: map[string]finding{}}
	var edges []Edge
	for i := range g.rules {
		edges = append(edges, a.rule(&g.rules[i])...)
	}
	return edges
}

// asker asks for one principal.
type asker struct {
	engine *Engine
	access Access
	from   *Node // not of the engine where it is a changed one
	// chosen are the answers about what the principal may choose itself, by action and
	// context.
	chosen map[string]finding
}

func (a *asker) rule(r *Rule) []Edge {
	if r.From != "" && r.From != a.from.Kind || !a.hasAll(r) {
		return nil
	}
	base := a.base(r)
	if base.verdict == No {
		return nil
	}
	var edges []Edge
	for s := range a.spots(r) {
		last := len(edges) - 1
		again := last >= 0 && edges[last].To == s.to()
		if again && edges[last].Verdict == Yes {
			continue
		}
		f := a.spot(r, s, base)
		switch {
		case f.verdict == No:
		case !again:
			edges = append(edges, a.edge(r, s, f))
		case f.verdict > edges[last].Verdict:
			edges[last] = a.edge(r, s, f)
		}
	}
	return edges
}

// base judges what does not hang on the target. Where a role is passed to a workload that
// exists, that is any one workload of the account.
func (a *asker) base(r *Rule) finding {
	if r.To == ToSSORole {
		if f := a.administers(); f.verdict != Yes {
			return f.and(a.baseAt(r, spot{}))
		}
	}
	if r.Passes == nil || r.Existing == "" {
		return a.baseAt(r, spot{})
	}
	best := finding{}
	for _, w := range a.engine.workloads[r.Existing][a.from.Account] {
		if best = best.or(a.baseAt(r, spot{workload: w})); best.verdict == Yes {
			break
		}
	}
	return best
}

func (a *asker) baseAt(r *Rule, s spot) finding {
	f := finding{verdict: Yes}
	for i := range r.Needs {
		if f.verdict != No && !r.Needs[i].aboutTarget(r) {
			f = f.and(a.need(&r.Needs[i], s))
		}
	}
	return f
}

// spot judges the rest of a rule at a target.
func (a *asker) spot(r *Rule, s spot, base finding) finding {
	f := base.and(facts(r, s))
	if r.Passes != nil {
		f = f.and(a.passes(r, s))
	}
	for i := range r.Needs {
		if f.verdict == No {
			return f
		}
		if r.Needs[i].aboutTarget(r) {
			f = f.and(a.need(&r.Needs[i], s))
		}
	}
	return f
}

func (a *asker) edge(r *Rule, s spot, f finding) Edge {
	e := Edge{From: a.from.ARN, To: s.to(), Rule: r.ID, Yields: r.Yields, Verdict: f.verdict, Steps: f.steps}
	if s.workload != nil && e.To != s.workload.ARN {
		e.Via = s.workload.ARN
	}
	e.Self = e.To == a.from.ARN || slices.Contains(a.from.Holds, e.To)
	return e
}

// hasAll reports whether the principal holds every action that the rule needs, and one
// of each choice: most principals and rules part here.
func (a *asker) hasAll(r *Rule) bool {
	return (r.Passes == nil || a.holds(passRole)) && a.holdsNeeds(r.Needs)
}

func (a *asker) holdsNeeds(needs []Need) bool {
	for i := range needs {
		n := &needs[i]
		if n.Action != "" && !byTrust(n) && !a.holds(n.Action) {
			return false
		}
		if len(n.Any) > 0 && !slices.ContainsFunc(n.Any, a.holdsNeeds) {
			return false
		}
	}
	return true
}

func (a *asker) holds(action string) bool { return a.access.Holds(a.from.ARN, action) }

// itself reports whether a node is the principal.
func (a *asker) itself(n *Node) bool { return n.ARN == a.from.ARN }
