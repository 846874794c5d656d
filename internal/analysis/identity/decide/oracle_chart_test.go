package decide_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// names are those of the principal, the closest first.
func (o *oracle) names() []string {
	p := &o.request.Principal
	switch account := "arn:aws:iam::" + p.Account + ":root"; p.Kind {
	case decide.Session:
		return []string{p.SessionARN(), p.ARN, account}
	case decide.User:
		return []string{p.ARN, account}
	default:
		return []string{p.ARN}
	}
}

// named tells how closely a statement names the principal: 0 for itself, and -1 for
// not at all.
func (o *oracle) named(s *policydoc.Statement) []int {
	names := o.names()
	if s.NotPrincipals != nil {
		listed := 0
		for _, name := range names {
			if slices.ContainsFunc(s.NotPrincipals, func(p policydoc.Principal) bool { return p.ID == name }) {
				listed++
			}
		}
		if slices.ContainsFunc(s.NotPrincipals, policydoc.Principal.Anyone) && !o.bounded(s) || listed == len(names) && !o.bounded(s) {
			return nil
		}
		return []int{0}
	}
	var how []int
	for _, p := range s.Principals {
		if p.Anyone() {
			how = append(how, 0)
		} else if at := slices.Index(names, p.ID); at >= 0 {
			if len(names) == 2 && at == 1 {
				at = 2
			}
			how = append(how, at)
		}
	}
	return how
}

func (o *oracle) bounded(s *policydoc.Statement) bool {
	return s.Denies() && o.layers.Boundary != nil && o.request.Principal.Account != ""
}

// said is what a list of policies says.
type said struct {
	denies bool
	allows [3]bool // by how closely the principal is named
}

func (o *oracle) read(layer string, sources ...decide.Source) said {
	var result said
	for _, source := range sources {
		for i := range source.Doc.Statements {
			s := &source.Doc.Statements[i]
			how := []int{0}
			if layer == "resource" || s.Principals != nil || s.NotPrincipals != nil {
				how = o.named(s)
			}
			if len(how) == 0 || !o.applies(source.Doc, s, layer) {
				continue
			}
			for _, at := range how {
				result.denies = result.denies || s.Denies()
				result.allows[at] = result.allows[at] || s.Allows()
			}
		}
	}
	return result
}

// allowed walks the flow chart.
func (o *oracle) allowed() bool {
	p, r := &o.request.Principal, &o.request.Resource
	human := p.Account != ""
	if p.Kind == decide.Root && o.request.Action == "sts:AssumeRole" {
		return false
	}
	var resource said
	if r.Policy != nil {
		resource = o.read("resource", decide.Source{Doc: r.Policy})
	}
	denied := resource.denies
	for _, level := range o.layers.RCPs {
		denied = denied || o.read("rcp", level...).denies
	}
	if !human {
		return !denied && resource.allows[0]
	}
	for _, level := range o.layers.SCPs {
		scp := o.read("scp", level...)
		denied = denied || scp.denies || !scp.allows[0]
	}
	identity, capped := p.Kind == decide.Root, true
	if p.Kind != decide.Root {
		own := o.read("identity", o.layers.Identity...)
		identity, denied = own.allows[0], denied || own.denies
		if o.layers.Boundary != nil {
			boundary := o.read("identity", *o.layers.Boundary)
			capped, denied = boundary.allows[0], denied || boundary.denies
		}
	}
	if o.layers.Session != nil {
		session := o.read("identity", o.layers.Session...)
		capped, denied = capped && session.allows[0], denied || session.denies
	}
	someone := resource.allows[0] || resource.allows[1] || resource.allows[2]
	strict := strings.Contains(r.ARN, ":key/") || o.request.Action == "sts:AssumeRole"
	switch {
	case denied:
		return false
	case p.Account != r.Account:
		return identity && capped && someone
	case resource.allows[0], resource.allows[1] && capped:
		return true
	default:
		return identity && capped && (!strict || resource.allows[2])
	}
}

// judgeable reports whether the oracle knows all that a world's policies hold.
func (w *world) judgeable() bool {
	fine := true
	all := append(slices.Concat(w.layers.SCPs...), slices.Concat(w.layers.RCPs...)...)
	all = append(append(all, w.layers.Identity...), w.layers.Session...)
	if w.layers.Boundary != nil {
		all = append(all, *w.layers.Boundary)
	}
	all = append(all, decide.Source{Doc: w.request.Resource.Policy})
	for i, source := range all {
		if source.Doc == nil {
			fine = fine && i == len(all)-1
			continue
		}
		for _, s := range source.Doc.Statements {
			fine = fine && !slices.ContainsFunc(s.Conditions, func(c policydoc.Condition) bool { return c.Operator == "StringContains" })
		}
	}
	for _, source := range slices.Concat(append(w.layers.SCPs, w.layers.RCPs...)...) {
		if source.Doc == nil {
			continue
		}
		for _, s := range source.Doc.Statements {
			short := func(pattern string) bool { return policydoc.Short(pattern) }
			fine = fine && !slices.ContainsFunc(s.Resources, short) && !slices.ContainsFunc(s.NotResources, short)
		}
	}
	return fine
}

func TestAnOracleAgrees(t *testing.T) {
	t.Parallel()
	compared, allowed := 0, 0
	eachWorld(t, 9, func(w *world) {
		if w.random.IntN(20) > 0 || !w.judgeable() {
			return
		}
		w.completions(func(request decide.Request, settled map[string]string) {
			compared++
			d := decide.Decide(request, w.layers)
			want := newOracle(&request, &w.layers, settled).allowed()
			if want {
				allowed++
			}
			if (d.Outcome == decide.Allowed) != want && !t.Failed() {
				t.Errorf("%v: %s by %+v, but the oracle says allowed=%v\n%s", settled, d.Outcome, d.By, want, traceText(&d))
			}
		})
	})
	t.Logf("%d compared, %d allowed", compared, allowed)
}
