package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/sqlite"
	"github.com/stance-sec/stance/internal/store/storetest"
)

func open(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
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
