package scan

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// softLimit is the heap at which collecting begins to cost time rather than memory, as long
// as less than half of it is alive.
const softLimit = 640 << 20

// TuneMemory gives the process a soft limit: as the heap nears 640 MiB the garbage
// collector runs as often as it must. Where more than half of that is alive, as in a large
// estate with issues, the limit is twice what is: a limit near it would have the collector
// take half of all time. What GOMEMLIMIT in the environment says stays. With GOGC=400 in the
// environment judging takes a sixth less CPU time and about twice the memory; by default
// memory stays flat. It is for main functions: it changes the whole process, for as long as
// it lives.
func TuneMemory(getenv func(string) string) {
	if getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(softLimit)
	go followLive()
}

// followEvery is how often the limit is set anew.
const followEvery = 500 * time.Millisecond

// followLive keeps the limit at twice what is alive.
func followLive() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	limit := int64(softLimit)
	for range time.Tick(followEvery) {
		metrics.Read(live)
		if want := limitFor(int64(live[0].Value.Uint64())); want != limit {
			limit = want
			debug.SetMemoryLimit(limit)
		}
	}
}

// limitStep rounds the limit, so that it is not set at every change of the heap.
const limitStep = 64 << 20

// limitFor returns the limit for so much that is alive.
func limitFor(live int64) int64 {
	return max(softLimit, (2*live+limitStep-1)/limitStep*limitStep)
}
