package posture

import (
	"sync"

	"github.com/stance-sec/stance/internal/store"
)

// writing keeps a review from overwriting what was judged while it ran: it shows the estate
// as it was when it began. It knows of what this process judged; what another did is
// judged again by the review that the change asked for.
type writing struct {
	mu      sync.Mutex
	reviews int
	fresh   map[store.Key]bool
}

// begin is called before a review takes its snapshot, and returns what ends it.
func (w *writing) begin() (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reviews++; w.reviews == 1 {
		w.fresh = map[store.Key]bool{}
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.reviews--; w.reviews == 0 {
			w.fresh = nil
		}
	}
}

// settled notes what was judged by itself. The caller holds mu.
func (w *writing) settled(keys []store.Key) {
	if w.reviews == 0 {
		return
	}
	for _, key := range keys {
		w.fresh[key] = true
	}
}
