package decide

import "strings"

// conclude joins the layers.
func (e *evaluator) conclude(v *verdicts) Decision {
	j := e.grant(v)
	outer := make([]part, 0, len(v.scps)+1+len(j.parts))
	for _, scp := range v.scps {
		outer = append(outer, part{scp, SCP})
		j.grant = j.grant.and(scp.formula)
	}
	j.grant = j.grant.and(v.endpoint.formula)
	j.parts = append(append(outer, part{v.endpoint, Endpoint}), j.parts...)
	deny := candidate{step: -1}
	for _, d := range v.deny {
		deny.add(d.formula, d.step)
	}
	final := e.feasible(j.grant.and(deny.not()))
	j.grant, deny.formula = e.feasible(j.grant), e.feasible(deny.formula)
	d := Decision{Trace: e.trace}
	switch {
	case deny.shape == always || final.shape == never && j.grant.shape != never && deny.shape != never:
		d.Outcome, d.By = DeniedExplicitly, e.at(e.denying(v, &j, deny))
	case final.shape == never:
		d.Outcome, d.By = DeniedImplicitly, e.missing(&j)
		e.noteGrants()
		d.Trace = e.trace
	case final.shape == always:
		d.Outcome, d.By = Allowed, e.at(j.credit)
	case final.hasUnknown():
		d.Outcome, d.By = Unknown, e.firstUnjudged()
		d.Unknown, d.Residue = e.book.reasons(final), e.book.residue(final)
	default:
		d.Outcome, d.By = Conditional, e.openBy(&j, deny)
		d.Residue = e.book.residue(final)
	}
	return d
}

// denying returns the step of the deny that takes everything away: of one layer
// alone where one suffices.
func (e *evaluator) denying(v *verdicts, j *way, all candidate) int {
	if all.shape == always {
		return all.step
	}
	step := all.step
	for _, d := range v.deny {
		if d.step < 0 || e.trace[d.step].Statement() == nil {
			continue
		}
		if e.feasible(j.grant.and(d.not())).shape == never {
			return d.step
		}
		if e.trace[step].Statement() == nil {
			step = d.step
		}
	}
	return step
}

// missing names the first layer in which an allow is missing.
func (e *evaluator) missing(j *way) Statement {
	for _, p := range j.parts {
		if p.shape == never {
			return e.whole(p)
		}
	}
	for _, p := range j.parts {
		if p.shape != always {
			return e.whole(p)
		}
	}
	return Statement{Index: -1}
}

func (e *evaluator) whole(p part) Statement {
	s := Statement{Layer: p.layer, Index: -1}
	if p.step >= 0 {
		s.Level = int(e.trace[p.step].Level)
	}
	return s
}

// openBy names the statement whose conditions stay open.
func (e *evaluator) openBy(j *way, deny candidate) Statement {
	for i := len(j.parts) - 1; i >= 0; i-- {
		if p := j.parts[i]; p.shape != always && p.shape != never && p.step >= 0 {
			return e.at(p.step)
		}
	}
	if deny.step >= 0 {
		return e.at(deny.step)
	}
	return e.at(j.credit)
}

func (e *evaluator) firstUnjudged() Statement {
	for i := range e.trace {
		if e.trace[i].Match == Unjudged {
			return e.at(i)
		}
	}
	return Statement{Index: -1}
}

// at describes a step.
func (e *evaluator) at(number int) Statement {
	if number < 0 {
		return Statement{Index: -1}
	}
	step := &e.trace[number]
	s := Statement{Layer: step.Layer, Level: int(step.Level), Index: int(step.Index)}
	if step.Source != nil {
		s.Source = step.Source.Name
	}
	if statement := step.Statement(); statement != nil {
		s.SID = statement.SID
	}
	return s
}

// noteGrants reminds of what may permit the use of a key beside policies.
func (e *evaluator) noteGrants() {
	if isKey(e.arn) && strings.EqualFold(serviceOf(e.req.Action), "kms") {
		e.rule(ResourcePolicy, NoteKMSGrants)
	}
}
