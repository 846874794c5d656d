package scan

import "runtime/debug"

const (
	collectPercent = 400
	softLimit      = 640 << 20
)

// TuneMemory has the garbage collector of the process run less often than Go's default,
// as what judging holds alive is small and what it throws away is much: a sixth of the
// CPU time. As the heap nears 640 MiB it runs as often as it must, at most half of the
// time. What GOGC or GOMEMLIMIT in the environment say stays. It is for main functions:
// it changes the whole process.
func TuneMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(collectPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}
