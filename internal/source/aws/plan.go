package aws

import (
	"context"
	"sync"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// Cells returns a task for every scope of the account: first the global types, then
// the regional types of each region. The tasks of one cell share a session, which is
// let go when the last of them ends.
func (a *Account) Cells(kinds []source.Kind[*Session], regions []string) [][]collect.Task {
	cells := [][]collect.Task{a.cell(kinds, source.Global, a.Home(), "global")}
	for _, region := range regions {
		cells = append(cells, a.cell(kinds, source.Regional, region, region))
	}
	return cells
}

// cell returns the tasks of one region, under the region's name in the ledger.
func (a *Account) cell(kinds []source.Kind[*Session], where source.Locality, region, name string) []collect.Task {
	shared := &sharedSession{open: func() *Session { return a.Session(region) }}
	var tasks []collect.Task
	for _, kind := range kinds {
		info := kind.Info()
		if info.Locality != where {
			continue
		}
		shared.users++
		tasks = append(tasks, collect.Task{
			Scope:       estate.Scope{Cloud: estate.AWS, Account: a.ID, Region: name, Type: info.Name},
			Explain:     Explain,
			Permissions: source.Permissions(info.Calls),
			Read: func(ctx context.Context, emit func(*estate.Resource) error) error {
				defer shared.release()
				return kind.Collect(ctx, shared.get(), emit)
			},
		})
	}
	return tasks
}

// sharedSession hands one session to several tasks and forgets it after the last.
type sharedSession struct {
	open  func() *Session
	mu    sync.Mutex
	held  *Session
	users int
}

func (s *sharedSession) get() *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = s.open()
	}
	return s.held
}

func (s *sharedSession) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users == 0 {
		s.held = nil
	}
}
