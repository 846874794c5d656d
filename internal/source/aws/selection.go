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
	// LastAccessed reads what each identity last used, too.
	LastAccessed bool
	// Creators reads who created resources, too.
	Creators bool
}

// Options are the names of what is read on request, as types name it.
func (s Selection) Options() []string {
	var options []string
	if s.LastAccessed {
		options = append(options, "last-accessed")
	}
	if s.Creators {
		options = append(options, "creators")
	}
	return options
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
	members, err := c.membersOf(ctx, sel)
	if err != nil {
		return collect.Plan{}, err
	}
	ids, closed, err := c.accounts(members, sel)
	if err != nil {
		return collect.Plan{}, err
	}
	plan := planOf(kinds)
	read, err := c.enterAll(ctx, ids, plan, sel.Regions)
	if err != nil {
		return collect.Plan{}, err
	}
	out := collect.Plan{Tasks: interleave(read.cells), Lost: slices.Concat(closed, slices.Concat(read.lost...))}
	if len(out.Tasks) == 0 {
		return collect.Plan{}, firstError(read.errs)
	}
	leaveUnasked(out.Tasks, plan, sel.Options())
	if sel.Org {
		hush(out.Tasks, plan, speaker(members, c.Account, read.entered(ids)))
	}
	return out, nil
}

// entering is what came of entering accounts, by their places in the list.
type entering struct {
	cells [][][]collect.Task
	lost  [][]estate.Coverage
	errs  []error
}

// enterAll enters the accounts. Those that cannot be entered have an error and a line
// for the ledger; an error of its own means that ctx ended.
func (c *Connector) enterAll(ctx context.Context, ids []string, kinds []planned, regions []string) (entering, error) {
	e := entering{cells: make([][][]collect.Task, len(ids)), lost: make([][]estate.Coverage, len(ids)), errs: make([]error, len(ids))}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(enterWorkers)
	for i, id := range ids {
		group.Go(func() error {
			if e.cells[i], e.lost[i], e.errs[i] = c.cells(groupCtx, id, kinds, regions); e.errs[i] != nil {
				e.lost[i] = []estate.Coverage{lostAccount(id, e.errs[i])}
			}
			return groupCtx.Err()
		})
	}
	return e, group.Wait()
}

// entered returns those of the accounts that could be entered.
func (e entering) entered(ids []string) []string {
	var list []string
	for i, id := range ids {
		if e.errs[i] == nil {
			list = append(list, id)
		}
	}
	return list
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

// membersOf returns the accounts of the organisation, none when it is not asked for.
func (c *Connector) membersOf(ctx context.Context, sel Selection) ([]Member, error) {
	if !sel.Org {
		return nil, nil
	}
	return c.Members(ctx)
}

// accounts returns the ids to read, and a line for each account that is left out
// because it is closed.
func (c *Connector) accounts(members []Member, sel Selection) (ids []string, closed []estate.Coverage, err error) {
	if !sel.Org {
		if len(sel.Accounts) > 0 {
			return unique(sel.Accounts), nil, nil
		}
		return []string{c.Account}, nil, nil
	}
	for _, m := range members {
		switch {
		case len(sel.Accounts) > 0 && !slices.Contains(sel.Accounts, m.ID):
		case m.Active:
			ids = append(ids, m.ID)
		default:
			closed = append(closed, estate.Coverage{
				Scope: wholeAccount(m.ID), Status: estate.CoverageSkipped, Reason: estate.NotEnabled, Detail: "the account is suspended or closing",
			})
		}
	}
	for _, id := range sel.Accounts {
		if !slices.ContainsFunc(members, func(m Member) bool { return m.ID == id }) {
			return nil, nil, estate.Errorf(estate.CodeNotFound, "select account "+id, "it is not in the organisation").
				WithHint("leave --org out to read an account outside it")
		}
	}
	return ids, closed, nil
}

func unique(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

func wholeAccount(id string) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: id, Region: "*", Type: "*"}
}

// lostAccount is the line of an account that could not be entered: what failed, and what
// to do next.
func lostAccount(id string, err error) estate.Coverage {
	line := estate.Coverage{Scope: wholeAccount(id), Status: estate.CoverageFailed, Reason: source.ReasonOf(estate.CodeOf(err)), Detail: source.OneLine(err.Error())}
	if hint := estate.HintOf(err); hint != "" {
		line.Detail += "; " + source.OneLine(hint)
	}
	if line.Reason == estate.Denied {
		line.Permissions = []string{"sts:AssumeRole"}
	}
	return line
}

// cells returns the tasks of one account, region by region, and a line for each region
// that is enabled and was not asked for.
func (c *Connector) cells(ctx context.Context, id string, kinds []planned, asked []string) ([][]collect.Task, []estate.Coverage, error) {
	account, err := c.Enter(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	enabled, err := account.Regions(ctx)
	if err != nil && len(asked) == 0 {
		return nil, nil, err
	}
	if err != nil {
		return account.cells(kinds, unique(asked)), nil, nil
	}
	regions, err := chosen(enabled, asked, id)
	if err != nil {
		return nil, nil, err
	}
	return account.cells(kinds, regions), leftOut(id, enabled, regions), nil
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
