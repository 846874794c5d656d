package sqlite_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stance-sec/stance/internal/store/sqlite"
	"github.com/stance-sec/stance/internal/store/storetest"
)

var resources = flag.Int("resources", 1_000_000, "how many resources the benchmark writes")

func BenchmarkStore(b *testing.B) {
	path := filepath.Join(b.TempDir(), "store.db")
	s, err := sqlite.Open(b.Context(), path, sqlite.Options{CacheMB: 256})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	storetest.Bench(b, s, *resources, func() int64 {
		var sum int64
		for _, name := range []string{path, path + "-wal"} {
			if info, err := os.Stat(name); err == nil {
				sum += info.Size()
			}
		}
		return sum
	})
}
