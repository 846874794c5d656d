package notify

import (
	"errors"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// MaxWait bounds how long a receiver may ask to be left alone.
const MaxWait = time.Hour

// waiting is an error with the time that the receiver asked for.
type waiting struct {
	after time.Duration
	err   error
}

func (w *waiting) Error() string { return w.err.Error() }
func (w *waiting) Unwrap() error { return w.err }

// After returns err with the time that the receiver asked to be left alone, at most
// MaxWait; err itself when that is not positive.
func After(err error, wait time.Duration) error {
	if wait <= 0 {
		return err
	}
	return &waiting{min(wait, MaxWait), err}
}

// Later reports whether a later attempt may succeed, and how long the receiver asked to
// wait before it: 0 when it said nothing.
func Later(err error) (wait time.Duration, again bool) {
	switch estate.CodeOf(err) {
	case estate.CodeThrottled, estate.CodeUnavailable:
	default:
		return 0, false
	}
	var w *waiting
	if errors.As(err, &w) {
		wait = w.after
	}
	return wait, true
}
