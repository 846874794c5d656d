//go:build unix

package postgres_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/postgres"
	"github.com/stance-sec/stance/internal/store/postgres/pgtest"
	"github.com/stance-sec/stance/internal/store/storetest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func open(t *testing.T) store.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) { storetest.Run(t, open) }
