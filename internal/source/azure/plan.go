package azure

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// Plan returns a task per type for all chosen subscriptions at once: Resource Graph
// answers for a whole tenant. Subscriptions that are switched off become lines of the
// ledger; asked ones that the credential cannot see are an error.
func (c *Connector) Plan(ctx context.Context, kinds []source.Kind[*Session], asked []string) (collect.Plan, error) {
	subs, err := c.Subscriptions(ctx)
	if err != nil {
		return collect.Plan{}, err
	}
	var plan collect.Plan
	var ids []string
	for _, s := range subs {
		switch {
		case len(asked) > 0 && !slices.Contains(asked, s.ID):
		case s.Enabled:
			ids = append(ids, s.ID)
		default:
			plan.Lost = append(plan.Lost, estate.Coverage{
				Scope:  estate.Scope{Cloud: estate.Azure, Account: s.ID, Region: "*", Type: "*"},
				Status: estate.CoverageSkipped, Reason: estate.NotEnabled, Detail: "the subscription is switched off",
			})
		}
	}
	for _, id := range asked {
		if !slices.ContainsFunc(subs, func(s Subscription) bool { return s.ID == id }) {
			return plan, estate.Errorf(estate.CodeNotFound, "select subscription "+id, "the identity does not see it").
				WithHint("it needs the Reader role there")
		}
	}
	session := &Session{Connector: c, Subscriptions: ids}
	for _, kind := range kinds {
		info := kind.Info()
		plan.Tasks = append(plan.Tasks, collect.Task{
			Scope: estate.Scope{Cloud: estate.Azure, Region: "global", Type: info.Name}, Accounts: ids, Explain: Explain,
			Permissions: source.Permissions(info.Calls),
			Read: func(ctx context.Context, emit func(*estate.Resource) error) error {
				return kind.Collect(ctx, session, emit)
			},
		})
	}
	return plan, nil
}
