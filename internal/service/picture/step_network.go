package picture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/network"
	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
)

// enterByNetwork adds what the internet reaches: machines and functions, behind which
// code runs, and data stores that answer.
func (a *artist) enterByNetwork() {
	a.network.FromInternet(func(e reach.Exposure) bool {
		if e.Verdict != estate.No {
			a.ground.letThrough(&e)
		}
		kind := networkKind(&e)
		if kind == "" {
			return a.err == nil
		}
		id := e.Target.ID
		switch {
		case a.gathered.workloads[id] != nil || e.Target.Type == "aws_instance":
			a.reachWorkload(kind, &e)
		case a.storeOf(id) != nil:
			a.reachStore(kind, &e)
		}
		return a.err == nil
	})
}

// networkKind is the kind of step that an exposure is; empty when it is none.
func networkKind(e *reach.Exposure) string {
	switch {
	case e.Verdict == estate.No || e.Sources.Kind == reach.Private || e.Sources.Kind == reach.Nobody:
		return ""
	case e.Auth == "iam":
		return "" // who may call is a matter of identities
	case len(e.Filtered) > 0:
		return "internet-exposed-filtered"
	case e.Verdict == estate.Maybe:
		return "internet-exposed-unknown"
	case e.Sources.Kind == reach.Partner:
		return "internet-exposed-narrow"
	default:
		return "internet-exposed"
	}
}

// openBut is the probability of an exposure that all layers let through but one that is
// rarely switched on, and that could not be read; nil leaves it to the table.
func openBut(kind string, e *reach.Exposure) *risk.Interval {
	if kind != "internet-exposed-unknown" {
		return nil
	}
	for _, u := range e.Unknown {
		if !strings.Contains(u.Path, "vpc-block-public-access-options") {
			return nil
		}
	}
	return &risk.Interval{Low: 0.01, Expected: 0.9, High: 0.95}
}

func (a *artist) reachWorkload(kind string, e *reach.Exposure) {
	a.refs[e.Target.ID] = e.Target
	how, label, known := flaw(e)
	if !known {
		return
	}
	a.step(attack.Step{
		From: attack.Entry(attack.Internet), To: reached(e.Target.ID), Kind: kind, P: openBut(kind, e),
		Label: "the internet reaches " + openPorts(e) + " of " + a.name(e.Target.ID), Evidence: proof(e), Fixes: a.ingressFixes(e),
	})
	if w := a.gathered.workloads[e.Target.ID]; w != nil && w.hands == estate.Yes && how == "exploit-unknown" {
		how, label = "ssrf", "a tricked web server hands out the credentials of "+a.name(e.Target.ID)
	}
	a.step(attack.Step{From: reached(e.Target.ID), To: e.Target.ID, Kind: how, Label: label, Fixes: a.flawFixes(how, e)})
	a.control(e.Target.ID)
}

// flawFixes are changes that keep a reached workload from being taken.
func (a *artist) flawFixes(how string, e *reach.Exposure) []estate.FixKey {
	switch {
	case how == "ssrf":
		return a.fixes(requireTokens, e.Target.ID)
	case e.Target.Type == "aws_lambda_function":
		return a.fixes(closeURL, e.Target.ID)
	default:
		return nil
	}
}

// control adds what follows from running code on a workload: its roles.
func (a *artist) control(id string) {
	if a.seen[id] {
		return
	}
	a.seen[id] = true
	a.compute(id)
	if ref := a.refs[id]; ref.Type == "aws_instance" {
		a.ground.taken[place{ref.Account, ref.Region}] = true
	}
	a.lateral(id)
	w := a.gathered.workloads[id]
	if w == nil {
		return
	}
	for _, role := range a.rolesOf(w) {
		evidence := []estate.StepEvidence{{Resource: id, Path: "relations", Text: "runs as " + role}}
		if a.directory.Principal(role) == nil {
			a.stranger(role, id)
			evidence = append(evidence, estate.StepEvidence{Resource: role, Text: "what it may do was not read: " + a.gathered.lostRoles[accountIn(id)]})
		}
		a.step(attack.Step{
			From: id, To: role, Kind: "runs-as", Label: a.name(id) + " acts as " + a.name(role),
			Evidence: evidence, Fixes: a.fixes(detachRole, id),
		})
		a.become(role)
	}
}

// stranger makes an identity a target of which nothing was read: what it may do is not
// known, and may be much.
func (a *artist) stranger(role, workload string) {
	b := a.meaning(workload)
	name := role[strings.LastIndexByte(role, '/')+1:]
	a.refs[role] = estate.Ref{ID: role, Type: "aws_iam_role", Cloud: estate.AWS, Account: accountIn(role), Region: "global", Name: name}
	a.steps.Target(attack.Target{Node: role, Class: "unknown-privilege", Impact: risk.Impact{
		Data: "none", Privilege: "unknown", Environment: b.Environment, Criticality: b.Criticality,
	}})
}

// compute makes a workload a target: running code in the account is worth something by
// itself.
func (a *artist) compute(id string) {
	b := a.meaning(id)
	a.steps.Target(attack.Target{Node: id, Class: "compute", Impact: risk.Impact{
		Data: "none", Privilege: "compute", Environment: b.Environment, Criticality: b.Criticality,
	}})
}

func (a *artist) reachStore(kind string, e *reach.Exposure) {
	s := a.storeOf(e.Target.ID)
	login := "password-login"
	switch {
	case s.passwordLogin == estate.No || e.Auth == "policy":
		return
	case s.open:
		login = "unauthenticated-service"
	case kind == "internet-exposed":
		login = "password-login-internet"
	}
	a.step(attack.Step{
		From: attack.Entry(attack.Internet), To: reached(s.ref.ID), Kind: kind,
		Label: "the internet reaches " + openPorts(e) + " of " + a.name(s.ref.ID), Evidence: proof(e),
		Fixes: append(a.ingressFixes(e), a.fix(privateStore, s.ref.ID)),
	})
	a.step(attack.Step{From: reached(s.ref.ID), To: s.ref.ID, Kind: login, Label: loginLabel(login, a.name(s.ref.ID))})
}

func loginLabel(kind, name string) string {
	if kind == "unauthenticated-service" {
		return name + " asks for no password"
	}
	return "a password alone opens " + name
}

// Ports on which people sign in, and ports of services that by their nature ask nobody
// who they are.
var (
	loginPorts = []uint16{22, 23, 3389, 5900, 5985, 5986}
	openPort   = []uint16{2375, 6379, 9200, 10250, 11211, 27017, 5601, 8500, 2379}
)

// flaw says how a reached workload may be taken. It is not known for ports that only
// databases and the like use, where the data is what counts.
func flaw(e *reach.Exposure) (kind, label string, known bool) {
	name := quoted(e.Target.Name)
	has := func(ports []uint16) bool {
		return slices.ContainsFunc(ports, func(port uint16) bool {
			return slices.ContainsFunc(e.Ports, func(r network.PortRange) bool { return uint16(r.From) <= port && port <= uint16(r.To) })
		})
	}
	switch {
	case e.Protocol == "icmp" || e.Protocol == "icmpv6" || e.Protocol == "udp":
		return "", "", false
	case has(loginPorts):
		return "password-login-internet", "a password or key opens a session on " + name, true
	case has(openPort):
		return "unauthenticated-service", "a service on " + name + " asks for no password", true
	default:
		return "exploit-unknown", "software on " + name + " answers everyone, and nobody listed its holes", true
	}
}

func openPorts(e *reach.Exposure) string {
	if len(e.Ports) == 0 {
		return "the address"
	}
	const most = 3
	var parts []string
	for i, r := range e.Ports {
		if i == most {
			parts = append(parts, "more")
			break
		}
		if r.From == r.To {
			parts = append(parts, fmt.Sprint(r.From))
			continue
		}
		parts = append(parts, fmt.Sprintf("%d-%d", r.From, r.To))
	}
	word := "port "
	if len(e.Ports) > 1 || e.Ports[0].From != e.Ports[0].To {
		word = "ports "
	}
	return e.Protocol + " " + word + strings.Join(parts, ", ")
}

// proof tells the hops that let it through.
func proof(e *reach.Exposure) []estate.StepEvidence {
	var list []estate.StepEvidence
	for _, h := range e.Path {
		if h.Kind == "internet" {
			continue
		}
		list = append(list, estate.StepEvidence{Resource: h.ID, Text: h.Why})
	}
	return list
}

// ingressFixes are the groups whose rules let the traffic in: narrowing one cuts the step
// when it is the only one.
func (a *artist) ingressFixes(e *reach.Exposure) []estate.FixKey {
	var groups []string
	for _, h := range e.Path {
		if h.Kind == "security-group" && !slices.Contains(groups, h.ID) {
			groups = append(groups, h.ID)
		}
	}
	if len(groups) != 1 {
		return nil
	}
	return a.fixes(narrowIngress, groups[0])
}
