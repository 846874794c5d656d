package decide

// Decide answers a request. It looks at every statement of every layer that has a
// say, also after one has settled the answer, so that the trace is whole.
func Decide(request Request, layers Layers) Decision {
	e := &evaluator{req: &request, layers: &layers, work: mostWork, arn: ActedOn(request.Reference, request.Action, request.Resource.ARN)}
	e.trace = make([]Step, 0, e.statements()+1)
	if decision, settled := e.byRule(); settled {
		return decision
	}
	return e.conclude(e.all())
}

// statements counts those of all layers, to size the trace.
func (e *evaluator) statements() int {
	const exceptions = 6
	count := exceptions
	add := func(sources []Source) {
		for i := range sources {
			if doc := sources[i].Doc; doc != nil {
				count += len(doc.Statements)
			}
		}
	}
	l := e.layers
	add(l.Identity)
	add(l.Session)
	for _, level := range l.SCPs {
		add(level)
	}
	for _, level := range l.RCPs {
		add(level)
	}
	if l.Boundary != nil && l.Boundary.Doc != nil {
		count += len(l.Boundary.Doc.Statements)
	}
	if doc := e.req.Resource.Policy; doc != nil {
		count += len(doc.Statements)
	}
	return count
}

// verdicts is what each layer says, before they are joined.
type verdicts struct {
	deny     []candidate
	identity candidate
	boundary candidate
	session  candidate
	scps     []candidate
	endpoint candidate
	resource [grades]candidate
}

// all judges every layer.
func (e *evaluator) all() *verdicts {
	v := &verdicts{identity: candidate{step: -1}, boundary: anyway(), session: anyway(), endpoint: anyway()}
	e.rcps(v)
	e.scps(v)
	if e.layers.Endpoint != nil {
		w := e.weigh(Endpoint, 0, []Source{*e.layers.Endpoint})
		v.deny = append(v.deny, w.deny)
		v.endpoint = w.any()
	}
	e.resourcePolicy(v)
	e.identitySide(v)
	return v
}

// any joins the grades of a layer.
func (w *weight) any() candidate {
	joined := candidate{step: -1}
	for _, c := range w.allow {
		joined.add(c.formula, c.step)
	}
	return joined
}

// rcps judges the resource control policies. AWS attaches RCPFullAWSAccess to every
// level and lets nobody detach it, so only denies count.
func (e *evaluator) rcps(v *verdicts) {
	if len(e.layers.RCPs) == 0 {
		return
	}
	if note := e.rcpExemption(); note != NoNote {
		e.rule(RCP, note)
		return
	}
	for level, sources := range e.layers.RCPs {
		v.deny = append(v.deny, e.weigh(RCP, level, sources).deny)
	}
}

// scps judges the service control policies: every level has to allow, one policy of
// a level suffices.
func (e *evaluator) scps(v *verdicts) {
	if len(e.layers.SCPs) == 0 {
		return
	}
	if note := e.scpExemption(); note != NoNote {
		e.rule(SCP, note)
		return
	}
	for level, sources := range e.layers.SCPs {
		w := e.weigh(SCP, level, sources)
		v.deny = append(v.deny, w.deny)
		c := w.any()
		if c.step < 0 {
			c.step = e.note(Step{Layer: SCP, Level: int32(level), Index: -1, Condition: -1, Note: NoteNoAllow})
		}
		v.scps = append(v.scps, c)
	}
}

// resourcePolicy judges the policy of the resource, unless it has no say.
func (e *evaluator) resourcePolicy(v *verdicts) {
	for g := range v.resource {
		v.resource[g].step = -1
	}
	r := &e.req.Resource
	switch {
	case isRole(e.arn) && !assumes(e.req.Action):
		e.rule(ResourcePolicy, NoteTrustNotConsulted)
		return
	case e.repairs():
		e.rule(ResourcePolicy, NoteRootRepairs)
		return
	case r.Policy == nil && r.PolicyUnknown == nil:
		e.rule(ResourcePolicy, NoteNoPolicy)
		return
	}
	source := Source{Name: r.ARN, Doc: r.Policy, Unknown: r.PolicyUnknown}
	if r.PolicyUnknown != nil {
		source.Doc = nil
	}
	w := e.weigh(ResourcePolicy, 0, []Source{source})
	v.deny = append(v.deny, w.deny)
	v.resource = w.allow
}

// identitySide judges the policies of the principal.
func (e *evaluator) identitySide(v *verdicts) {
	who := &e.req.Principal
	if !who.inAccount() {
		return
	}
	if who.Kind == Root {
		v.identity = candidate{constant(true), e.rule(Identity, NoteRootUser)}
	} else {
		w := e.weigh(Identity, 0, e.layers.Identity)
		v.deny = append(v.deny, w.deny)
		v.identity = w.allow[byName]
		if e.layers.Boundary != nil {
			w = e.weigh(Boundary, 0, []Source{*e.layers.Boundary})
			v.deny = append(v.deny, w.deny)
			v.boundary = w.allow[byName]
		}
	}
	if e.layers.Session != nil {
		w := e.weigh(SessionPolicy, 0, e.layers.Session)
		v.deny = append(v.deny, w.deny)
		v.session = w.allow[byName]
	}
}
