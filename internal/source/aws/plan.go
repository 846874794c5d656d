package aws

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// planned is a kind with what all of its tasks share, so that a plan's memory does not
// follow what its types say of themselves.
type planned struct {
	kind        source.Kind[*Session]
	info        source.Info
	permissions map[string]string
}

func planOf(kinds []source.Kind[*Session]) []planned {
	list := make([]planned, len(kinds))
	for i, kind := range kinds {
		info := kind.Info()
		list[i] = planned{kind: kind, info: info, permissions: source.Permissions(info.Calls)}
	}
	return list
}

// cells returns a task for every scope of the account: first the global types, then
// the regional types of each region. The tasks of one cell share a session.
func (a *Account) cells(kinds []planned, regions []string) [][]collect.Task {
	cells := make([][]collect.Task, 0, len(regions)+1)
	cells = append(cells, a.cell(kinds, source.Global, a.Home(), "global"))
	for _, region := range regions {
		cells = append(cells, a.cell(kinds, source.Regional, region, region))
	}
	return cells
}

// cell returns the tasks of one region, under the region's name in the ledger.
func (a *Account) cell(kinds []planned, where source.Locality, region, name string) []collect.Task {
	shared := &sharedSession{pool: &a.connector.sessions, open: func() *Session { return a.Session(region) }}
	tasks := make([]collect.Task, 0, len(kinds))
	for i := range kinds {
		p := &kinds[i]
		if p.info.Locality != where {
			continue
		}
		tasks = append(tasks, collect.Task{
			Scope:       estate.Scope{Cloud: estate.AWS, Account: a.ID, Region: name, Type: p.info.Name},
			Explain:     Explain,
			Permissions: p.permissions,
			Read: func(ctx context.Context, emit func(*estate.Resource) error) error {
				session := shared.take()
				defer shared.release()
				return p.kind.Collect(ctx, session, emit)
			},
		})
	}
	return tasks
}

// interleave takes one cell of each account in turn.
func interleave(accounts [][][]collect.Task) []collect.Task {
	total, longest := 0, 0
	for _, cells := range accounts {
		longest = max(longest, len(cells))
		for _, cell := range cells {
			total += len(cell)
		}
	}
	tasks := make([]collect.Task, 0, total)
	for i := range longest {
		for _, cells := range accounts {
			if i < len(cells) {
				tasks = append(tasks, cells[i]...)
			}
		}
	}
	return tasks
}

// leaveUnasked leaves out the types that are read on request only, but for those of the
// options.
func leaveUnasked(tasks []collect.Task, kinds []planned, options []string) {
	unasked := map[string]string{}
	for i := range kinds {
		if option := kinds[i].info.OnRequest; !slices.Contains(options, option) {
			unasked[kinds[i].info.Name] = option
		}
	}
	for i := range tasks {
		if t := &tasks[i]; unasked[t.Scope.Type] != "" {
			t.Skip, t.Detail = estate.Uncollected, "not asked for: --"+unasked[t.Scope.Type]+" reads it"
		}
	}
}
