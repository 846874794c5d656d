package job

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheSameIsSaidOnceInAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		logger := slog.New(&quieter{Handler: slog.NewTextHandler(&out, nil), level: slog.LevelWarn, said: &said{at: map[string]time.Time{}}})
		for range 25 {
			logger.With("queue", "reads").Error("no answer")
			logger.Error("something else")
			logger.Info("of no use")
			time.Sleep(time.Second)
		}
		text := out.String()
		if a, b, c := strings.Count(text, "no answer"), strings.Count(text, "something else"), strings.Count(text, "of no use"); a != 3 || b != 3 || c != 0 {
			t.Errorf("it is said %d, %d and %d times", a, b, c)
		}
	})
}
