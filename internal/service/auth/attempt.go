package auth

import (
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// How many times a password may be wrong within a window: for a name from one address,
// for all names from one address, and for a name from anywhere. The last is high, so that
// nobody can lock others out for nothing.
const (
	attemptWindow   = 15 * time.Minute
	mostFromOne     = 5
	mostFromAddress = 30
	mostForName     = 200
	mostRemembered  = 100_000
)

// attempts counts what went wrong.
type attempts struct {
	mu     sync.Mutex
	began  time.Time
	counts map[string]int
}

func newAttempts() *attempts { return &attempts{counts: map[string]int{}} }

func attemptKeys(name, address string) (one, from, all string) {
	return "o\x00" + name + "\x00" + address, "f\x00" + address, "n\x00" + name
}

// allow refuses who was wrong too often.
func (a *attempts) allow(now time.Time, name, address string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turn(now)
	one, from, all := attemptKeys(name, address)
	if a.counts[one] >= mostFromOne || a.counts[from] >= mostFromAddress || a.counts[all] >= mostForName {
		return estate.Errorf(estate.CodeThrottled, "sign in", "there were too many wrong passwords").WithHint("wait a quarter of an hour")
	}
	return nil
}

// turn forgets everything when a window ends, or when there is too much to remember.
func (a *attempts) turn(now time.Time) {
	if now.Sub(a.began) >= attemptWindow || len(a.counts) > mostRemembered {
		a.began, a.counts = now, map[string]int{}
	}
}

func (a *attempts) fail(now time.Time, name, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turn(now)
	one, from, all := attemptKeys(name, address)
	a.counts[one]++
	a.counts[from]++
	a.counts[all]++
}

func (a *attempts) forget(name, address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one, _, _ := attemptKeys(name, address)
	delete(a.counts, one)
}
