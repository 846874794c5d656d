package alert

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// told is an alert, and when what it tells of was done.
type told struct {
	notify.Alert
	happened time.Time
}

// alerts turns transitions into alerts. What an account already had when it was first
// judged is told as one alert for the account.
func (t *Teller) alerts(ctx context.Context, transitions []store.Transition) ([]told, error) {
	var all []told
	backlog := map[string]*told{}
	for i := range transitions {
		tr := &transitions[i]
		if tr.First && tr.Subject == "finding" {
			t.addBacklog(backlog, tr)
			continue
		}
		a, err := t.alert(ctx, tr)
		switch {
		case estate.CodeOf(err) == estate.CodeNotFound: // it was forgotten meanwhile
		case err != nil:
			return nil, err
		default:
			all = append(all, told{a, tr.Cause.Happened})
		}
	}
	for _, a := range backlog {
		a.Title = fmt.Sprintf("%d findings when account %s was first read", a.Count, cmp.Or(a.AccountName, a.Account))
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b told) int { return cmp.Compare(a.Key, b.Key) })
	return all, nil
}

func (t *Teller) addBacklog(backlog map[string]*told, tr *store.Transition) {
	account := tr.Resource.Account
	a := backlog[account]
	if a == nil {
		a = &told{Alert: notify.Alert{
			Key: "backlog:" + string(tr.Resource.Cloud) + ":" + account + ":" + strconv.FormatInt(tr.Seq, 10), Kind: notify.Digest, At: tr.At, Severity: tr.Severity,
			Account: account, AccountName: t.accountName(account), Message: "What was there before Stance looked is told in one message. The dashboard has all of it.",
			Resource: estate.Ref{Cloud: tr.Resource.Cloud, Account: account},
		}}
		backlog[account] = a
	}
	a.Count++
	if tr.Severity.Rank() < a.Severity.Rank() {
		a.Severity = tr.Severity
	}
}

// alert makes the alert of one transition.
func (t *Teller) alert(ctx context.Context, tr *store.Transition) (notify.Alert, error) {
	a := notify.Alert{
		Key: tr.Subject + ":" + tr.Key + ":" + tr.Kind + ":" + strconv.FormatInt(tr.Seq, 10), Thread: tr.Subject + ":" + tr.Key, Kind: notify.Kind(tr.Kind), At: tr.At,
		Severity: tr.Severity, Resource: tr.Resource, Account: tr.Resource.Account, AccountName: t.accountName(tr.Resource.Account), Actor: tr.Cause.Actor,
		Link: t.link(tr.Subject, tr.Key),
	}
	if tr.Kind == "changed" {
		a.Kind = notify.New
	}
	if tr.Subject == "issue" {
		issue, err := t.Store.Issue(ctx, store.Visible{}, tr.Key)
		if err != nil {
			return a, err
		}
		t.fillIssue(&a, &issue)
		return a, nil
	}
	finding, err := t.Store.Finding(ctx, store.Visible{}, tr.Key)
	if err != nil {
		return a, err
	}
	t.fillFinding(&a, &finding)
	return a, nil
}

func (t *Teller) fillIssue(a *notify.Alert, issue *store.Issue) {
	a.Title, a.Score, a.Severity = issue.Title, issue.Score.Value, issue.Score.Band
	a.Owner, a.Environment, a.Since, a.Due = issue.Owner, issue.Environment, issue.Since, issue.Due
	for i := range issue.Path {
		if i > 0 {
			a.Message += "; then "
		}
		a.Message += issue.Path[i].Label
	}
	if len(issue.Fixes) > 0 {
		a.Fix = issue.Fixes[0].Action() + " at " + issue.Fixes[0].Point().ID
	}
}

func (t *Teller) fillFinding(a *notify.Alert, f *store.Finding) {
	a.Title, a.Message, a.Check, a.Since, a.Due = f.Title, f.Message, f.Check, f.Since, f.Due
	a.Frameworks = t.Frameworks[f.Check]
	if f.Context != nil {
		a.Owner, a.Environment = f.Context.Owner, f.Context.Environment
	}
	if c, ok := t.Check(f.Check); ok {
		a.Fix = c.Fix.Text
	}
}

func (t *Teller) accountName(id string) string {
	if t.AccountName == nil {
		return ""
	}
	return t.AccountName(id)
}

func (t *Teller) link(subject, key string) string {
	if t.Link == nil {
		return ""
	}
	return t.Link(subject, key)
}
