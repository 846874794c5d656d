package scan

import "testing"

func TestLimitFollowsWhatIsAlive(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for live, want := range map[int64]int64{0: 640, 320 * mib: 640, 321 * mib: 704, 910 * mib: 1856} {
		if got := limitFor(live); got != want*mib {
			t.Errorf("%d MiB alive give a limit of %d MiB, not %d", live/mib, got/mib, want)
		}
	}
}
