package aws

import (
	"slices"
	"sync"
)

// idleSessions is how many sessions are kept that no task uses. Tasks come cell by
// cell, so that a session that was put aside so long ago has little left to do; should
// it have, it is made again.
const idleSessions = 8

// sessionPool holds the sessions that are open and unused, the longest unused first, so
// that their number does not follow that of the regions of all accounts, whichever tasks
// of a cell are left out. The zero value is ready; it may be used concurrently.
type sessionPool struct {
	mu   sync.Mutex
	idle []*sharedSession
}

// sharedSession hands one session to several tasks. Its pool's lock guards it.
type sharedSession struct {
	pool  *sessionPool
	open  func() *Session
	held  *Session
	users int
}

// take returns the session, which stays until each taker has called release.
func (s *sharedSession) take() *Session {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if s.users++; s.users == 1 {
		s.pool.idle = slices.DeleteFunc(s.pool.idle, func(o *sharedSession) bool { return o == s })
	}
	if s.held == nil {
		s.held = s.open()
	}
	return s.held
}

// release puts the session aside after its last user, and lets go of the one that was
// put aside the longest ago when there are too many.
func (s *sharedSession) release() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if s.users--; s.users > 0 {
		return
	}
	s.pool.idle = append(s.pool.idle, s)
	if len(s.pool.idle) > idleSessions {
		s.pool.idle[0].held = nil
		s.pool.idle = slices.Delete(s.pool.idle, 0, 1)
	}
}
