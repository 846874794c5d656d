package alert

import (
	"context"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/schedule"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// mostOverdue bounds how many findings past their due date are looked at, the worst first.
const mostOverdue = 5000

// Escalate tells of open issues and of severe open findings whose due date has passed,
// each step of the configuration once.
func (t *Teller) Escalate(ctx context.Context) error {
	if len(t.Config.Escalate) == 0 {
		return nil
	}
	open, err := t.overdue(ctx)
	if err != nil {
		return err
	}
	for range tries {
		state, m, err := t.recall(ctx)
		if err != nil {
			return err
		}
		now, still := t.Now(), map[string]bool{}
		for i := range open {
			for _, step := range schedule.Escalations(t.Config, &open[i], now) {
				still[step.Key] = true
				if !m.Escalated[step.Key] {
					m.Waiting = append(m.Waiting, step)
				}
			}
		}
		m.Escalated = still
		if _, err := t.pack(ctx, state, m, nil, now); estate.CodeOf(err) != estate.CodeGone {
			return err
		}
	}
	return nil
}

// overdue returns what is open and may be past its due date, as alerts.
func (t *Teller) overdue(ctx context.Context) ([]notify.Alert, error) {
	var all []notify.Alert
	for request := (store.PageRequest{Limit: store.MaxLimit}); ; {
		page, err := t.Store.Issues(ctx, store.IssueQuery{PageRequest: request})
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			a := notify.Alert{Key: "issue:" + page.Items[i].Key, Kind: notify.New, Link: t.link("issue", page.Items[i].Key)}
			t.fillIssue(&a, &page.Items[i])
			all = append(all, a)
		}
		if request.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	severe := []estate.Severity{estate.Critical, estate.High}
	for request := (store.PageRequest{Limit: store.MaxLimit, Sort: "severity"}); len(all) < mostOverdue; {
		page, err := t.Store.Findings(ctx, store.FindingQuery{Severities: severe, PageRequest: request})
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			f := &page.Items[i]
			a := notify.Alert{
				Key: "finding:" + f.Key, Kind: notify.New, Severity: f.Severity, Resource: f.Resource, Account: f.Resource.Account,
				AccountName: t.accountName(f.Resource.Account), Link: t.link("finding", f.Key),
			}
			t.fillFinding(&a, f)
			all = append(all, a)
		}
		if request.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	return all, nil
}
