//go:build unix

package postgres_test

import (
	"database/sql"
	"flag"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"github.com/stance-sec/stance/internal/store/postgres"
	"github.com/stance-sec/stance/internal/store/postgres/pgtest"
	"github.com/stance-sec/stance/internal/store/storetest"
)

var resources = flag.Int("resources", 1_000_000, "how many resources the benchmark writes")

func BenchmarkStore(b *testing.B) {
	url := pgtest.Database(b)
	s, err := postgres.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	db, err := sql.Open("pgx", url)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	storetest.Bench(b, s, *resources, func() int64 {
		var n int64
		if err := db.QueryRow(`SELECT pg_database_size(current_database())`).Scan(&n); err != nil {
			b.Fatal(err)
		}
		return n
	})
}
