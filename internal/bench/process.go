package bench

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"
)

// Usage is what a process has used so far.
type Usage struct {
	// CPU is user and system time of all threads.
	CPU time.Duration
	// Peak is the most memory that was resident at once, in bytes.
	Peak int64
}

// OwnUsage returns what this process has used. It reads Linux's /proc and knows nothing
// elsewhere.
func OwnUsage() Usage { return Usage{CPU: ownCPU(), Peak: ownPeak()} }

// ownCPU reads the times of /proc/self/stat, which count in hundredths of a second.
func ownCPU() time.Duration {
	data, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11]) // 0 when the kernel changes its mind
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func ownPeak() int64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64) // as above
			return kilobytes << 10
		}
	}
	return 0
}
