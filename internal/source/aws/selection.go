package aws

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// Selection says what of AWS is read. The zero value is the caller's own account in
// all its regions with all types.
type Selection struct {
	// Org reads every active account of the caller's organisation.
	Org bool
	// Accounts are the ids to read; with Org, only these of the organisation.
	Accounts []string
	// Regions limits the regional types; empty means all enabled ones.
	Regions []string
	// Services limits the types to those of the services; empty means all.
	Services []string
}

// enterWorkers is how many accounts are entered at once.
const enterWorkers = 8

// Plan enters the selected accounts and returns what there is to read, accounts in
// turn so that none waits for another. An account that cannot be entered becomes a
// line of the ledger, never silence; it is an error only when no account is left.
func (c *Connector) Plan(ctx context.Context, kinds []source.Kind[*Session], sel Selection) (collect.Plan, error) {
	kinds, err := ofServices(kinds, sel.Services)
	if err != nil {
		return collect.Plan{}, err
	}
	ids, plan, err := c.accounts(ctx, sel)
	if err != nil {
		return collect.Plan{}, err
	}
	cells := make([][][]collect.Task, len(ids))
	lost := make([][]estate.Coverage, len(ids))
	errs := make([]error, len(ids))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(enterWorkers)
	for i, id := range ids {
		group.Go(func() error {
			if cells[i], lost[i], errs[i] = c.cells(groupCtx, id, kinds, sel.Regions); errs[i] != nil {
				lost[i] = []estate.Coverage{lostAccount(id, errs[i])}
			}
			return groupCtx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return collect.Plan{}, err
	}
	plan.Lost = slices.Concat(plan.Lost, slices.Concat(lost...))
	if plan.Tasks = interleave(cells); len(plan.Tasks) == 0 {
		return collect.Plan{}, firstError(errs)
	}
	return plan, nil
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return estate.Errorf(estate.CodeInvalid, "plan the scan", "nothing is selected").
		WithHint("check --accounts, --regions and --services")
}

// accounts returns the ids to read, and the accounts left out because they are closed.
func (c *Connector) accounts(ctx context.Context, sel Selection) ([]string, collect.Plan, error) {
	var plan collect.Plan
	if !sel.Org {
		if len(sel.Accounts) > 0 {
			return unique(sel.Accounts), plan, nil
		}
		return []string{c.Account}, plan, nil
	}
	members, err := c.Members(ctx)
	if err != nil {
		return nil, plan, err
	}
	var ids []string
	for _, m := range members {
		switch {
		case len(sel.Accounts) > 0 && !slices.Contains(sel.Accounts, m.ID):
		case m.Active:
			ids = append(ids, m.ID)
		default:
			plan.Lost = append(plan.Lost, estate.Coverage{
				Scope: wholeAccount(m.ID), Status: estate.CoverageSkipped, Reason: estate.NotEnabled, Detail: "the account is suspended or closing",
			})
		}
	}
	for _, id := range sel.Accounts {
		if !slices.ContainsFunc(members, func(m Member) bool { return m.ID == id }) {
			return nil, plan, estate.Errorf(estate.CodeNotFound, "select account "+id, "it is not in the organisation").
				WithHint("leave --org out to read an account outside it")
		}
	}
	return ids, plan, nil
}

func unique(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

func wholeAccount(id string) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: id, Region: "*", Type: "*"}
}

func lostAccount(id string, err error) estate.Coverage {
	line := estate.Coverage{Scope: wholeAccount(id), Status: estate.CoverageFailed, Reason: source.ReasonOf(estate.CodeOf(err)), Detail: source.OneLine(err.Error())}
	if line.Reason == estate.Denied {
		line.Permissions = []string{"sts:AssumeRole"}
	}
	return line
}

// cells returns the tasks of one account, region by region, and a line for each region
// that is enabled and was not asked for.
func (c *Connector) cells(ctx context.Context, id string, kinds []source.Kind[*Session], asked []string) ([][]collect.Task, []estate.Coverage, error) {
	account, err := c.Enter(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	enabled, err := account.Regions(ctx)
	if err != nil && len(asked) == 0 {
		return nil, nil, err
	}
	if err != nil {
		return account.Cells(kinds, unique(asked)), nil, nil
	}
	regions, err := chosen(enabled, asked, id)
	if err != nil {
		return nil, nil, err
	}
	return account.Cells(kinds, regions), leftOut(id, enabled, regions), nil
}

// leftOut returns a line for every enabled region that is not read, so that what exists
// there is not taken for absent.
func leftOut(id string, enabled, read []string) []estate.Coverage {
	var lines []estate.Coverage
	for _, region := range enabled {
		if !slices.Contains(read, region) {
			scope := wholeAccount(id)
			scope.Region = region
			lines = append(lines, estate.Coverage{Scope: scope, Status: estate.CoverageSkipped, Reason: estate.Uncollected, Detail: "left out by --regions"})
		}
	}
	return lines
}

// chosen returns the asked regions that are enabled, or all enabled ones.
func chosen(enabled, asked []string, account string) ([]string, error) {
	if len(asked) == 0 {
		return enabled, nil
	}
	var regions []string
	for _, r := range unique(asked) {
		if !slices.Contains(enabled, r) {
			return nil, estate.Errorf(estate.CodeNotEnabled, "select region "+r, "it is not enabled for account %s", account).
				WithHint("enabled are: " + strings.Join(enabled, ", "))
		}
		regions = append(regions, r)
	}
	return regions, nil
}

// ofServices returns the kinds of the services, all when none is named.
func ofServices(kinds []source.Kind[*Session], services []string) ([]source.Kind[*Session], error) {
	if len(services) == 0 {
		return kinds, nil
	}
	var known []string
	var selected []source.Kind[*Session]
	for _, k := range kinds {
		known = append(known, k.Info().Service)
		if slices.Contains(services, k.Info().Service) {
			selected = append(selected, k)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, s := range services {
		if !slices.Contains(known, s) {
			return nil, estate.Errorf(estate.CodeInvalid, "select service "+s, "there is no such service").
				WithHint("known are: " + strings.Join(known, ", "))
		}
	}
	return selected, nil
}

// interleave takes one cell of each account in turn.
func interleave(accounts [][][]collect.Task) []collect.Task {
	var tasks []collect.Task
	for i := 0; ; i++ {
		more := false
		for _, cells := range accounts {
			if i < len(cells) {
				tasks = append(tasks, cells[i]...)
				more = true
			}
		}
		if !more {
			return tasks
		}
	}
}
