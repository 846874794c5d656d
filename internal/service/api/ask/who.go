package ask

import (
	"context"
	"slices"
	"strings"

	identity "github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/store"
)

// WhoCan implements api.Access.
func (a *Asker) WhoCan(ctx context.Context, see store.Visible, q api.AccessQuestion) (api.Holders, error) {
	c, known, err := a.census(ctx)
	if err != nil {
		return api.Holders{}, err
	}
	if err := a.mayAskOf(ctx, see, c, q.Resource); err != nil {
		return api.Holders{}, err
	}
	holders, err := c.Directory.WhoCan(ctx, q.Action, q.Resource, q.Given)
	if err != nil {
		return api.Holders{}, err
	}
	out := api.Holders{Known: known}
	for i := range holders {
		h := &holders[i]
		if p := c.Directory.Principal(h.Principal); p != nil && !seesIdentity(see, c, p.Account, p.ARN) {
			out.Hidden++
			continue
		}
		out.Items = append(out.Items, api.Holder{Principal: h.Principal, Kind: h.Kind, Account: h.Account, Outside: h.Outside, Decision: decisionOf(&h.Decision, false)})
	}
	return out, nil
}

// WhatCan implements api.Access.
func (a *Asker) WhatCan(ctx context.Context, see store.Visible, principal, service string) (api.Permissions, error) {
	c, known, err := a.census(ctx)
	if err != nil {
		return api.Permissions{}, err
	}
	arn, err := one(c, see, principal)
	if err != nil {
		return api.Permissions{}, err
	}
	p := c.Directory.Principal(arn)
	if p == nil {
		return api.Permissions{}, nobody(principal)
	}
	permissions, err := c.Directory.WhatCan(ctx, p, service)
	out := api.Permissions{Principal: arn, Known: known}
	for _, v := range permissions {
		out.Items = append(out.Items, api.Permission{
			Service: v.Service, Levels: v.Levels, Actions: v.Actions, All: v.All, Resource: v.Resource, Outcome: v.Outcome.String(), Terms: v.Terms, By: v.By,
		})
	}
	return out, err
}

// Explain implements api.Access.
func (a *Asker) Explain(ctx context.Context, see store.Visible, q api.AccessQuestion) (api.Explanation, error) {
	c, known, err := a.census(ctx)
	if err != nil {
		return api.Explanation{}, err
	}
	arn, err := one(c, see, q.Principal)
	if err != nil {
		return api.Explanation{}, err
	}
	if err := a.mayAskOf(ctx, see, c, q.Resource); err != nil {
		return api.Explanation{}, err
	}
	d, err := c.Directory.Ask(identity.Question{Principal: arn, Action: q.Action, Resource: q.Resource, Context: q.Given})
	if err != nil {
		return api.Explanation{}, err
	}
	return api.Explanation{Principal: arn, Action: q.Action, Resource: q.Resource, Decision: decisionOf(&d, true), Known: known}, nil
}

func nobody(name string) error {
	return estate.Errorf(estate.CodeNotFound, "find the principal", "there is no user or role %.200q", name)
}

// one finds the ARN that a name stands for, among what a reader sees.
func one(c census, see store.Visible, text string) (string, error) {
	named := slices.DeleteFunc(slices.Clone(c.Directory.Named(text)), func(p *identity.Principal) bool { return !seesIdentity(see, c, p.Account, p.ARN) })
	switch len(named) {
	case 0:
		if _, ok := decide.ParsePrincipal(text); !ok || c.Directory.Principal(text) != nil {
			return "", nobody(text)
		}
		if !see.Everything() && strings.HasPrefix(text, "arn:") {
			return "", nobody(text)
		}
		return text, nil
	case 1:
		if named[0].Name == text {
			return named[0].ARN, nil
		}
		return text, nil
	default:
		return "", estate.Errorf(estate.CodeInvalid, "find the principal", "%d principals are called %.200q", len(named), text).
			WithHint("give the ARN, such as " + named[0].ARN)
	}
}

// seesIdentity reports whether a reader may see an identity.
func seesIdentity(see store.Visible, c census, account, arn string) bool {
	return (see.OnlyAccounts == nil || slices.Contains(see.OnlyAccounts, account)) &&
		(see.OnlyOwners == nil || slices.Contains(see.OnlyOwners, c.Meaning[arn].Owner))
}

// mayAskOf refuses questions about resources that a reader does not see. What lies in a
// resource, such as an object in a bucket, is asked of the resource.
func (a *Asker) mayAskOf(ctx context.Context, see store.Visible, c census, resource string) error {
	if see.Everything() || resource == "*" {
		return nil
	}
	for id := resource; id != ""; {
		for _, account := range accountsOf(see, c, id) {
			switch ok, err := a.sees(ctx, see, store.Key{Account: account, ID: id}); {
			case err != nil:
				return err
			case ok:
				return nil
			}
		}
		i := strings.LastIndexByte(id, '/')
		if i < 0 {
			break
		}
		id = id[:i]
	}
	return estate.Errorf(estate.CodeNotFound, "find the resource", "there is no resource %.200q", resource)
}

// mostTried is in how many accounts a resource without an account in its id is looked for.
const mostTried = 50

// accountsOf returns the accounts in which a resource may lie.
func accountsOf(see store.Visible, c census, id string) []string {
	if r := c.Directory.Resource(id); r != nil {
		return []string{r.Account}
	}
	const inARN = 4
	if parts := strings.SplitN(id, ":", inARN+2); len(parts) > inARN && parts[inARN] != "" {
		return []string{parts[inARN]}
	}
	return see.OnlyAccounts[:min(len(see.OnlyAccounts), mostTried)]
}

func decisionOf(d *decide.Decision, traced bool) api.Decision {
	v := api.Decision{
		Outcome: d.Outcome.String(), Residue: d.Residue.String(), Unknown: d.Unknown,
		By: api.StatementRef{Layer: d.By.Layer.String(), Level: d.By.Level, Policy: d.By.Source, Statement: d.By.Index, SID: d.By.SID},
	}
	for _, term := range d.Residue.Terms {
		tests := make([]string, 0, len(term))
		for i := range term {
			tests = append(tests, term[i].String())
		}
		v.Terms = append(v.Terms, tests)
	}
	if traced {
		for i := range d.Trace {
			v.Trace = append(v.Trace, d.Trace[i].String())
		}
	}
	return v
}
