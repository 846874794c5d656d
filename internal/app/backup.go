package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/postgres"
	"github.com/stance-sec/stance/internal/store/sqlite"
)

// databaseFile is the embedded database in the data folder of a server.
const databaseFile = "stance.db"

// OpenStore opens the PostgreSQL of a URL, or without one the embedded database of a
// folder, which is made when it is not there.
func OpenStore(ctx context.Context, data, url string) (store.Store, error) {
	if url != "" {
		return postgres.Open(ctx, url)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, estate.Errorf(estate.CodeIO, "make the data folder", "%w", err).WithHint("name another with --data")
	}
	return sqlite.Open(ctx, filepath.Join(data, databaseFile), sqlite.Options{})
}

// Backup copies a server's database.
func Backup(ctx context.Context, data, url string, to io.Writer) error {
	if _, err := os.Stat(filepath.Join(data, databaseFile)); url == "" && err != nil {
		return estate.Errorf(estate.CodeNotFound, "back the database up", "there is none in %s", data).WithHint("name the server's folder with --data, or its PostgreSQL with --database")
	}
	s, err := OpenStore(ctx, data, url)
	if err != nil {
		return err
	}
	return errors.Join(s.Backup(ctx, to), s.Close())
}

// Restore makes a server's database from a backup.
func Restore(ctx context.Context, data, url string, from io.Reader) error {
	if url != "" {
		return postgres.Restore(ctx, url, from)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return estate.Errorf(estate.CodeIO, "make the data folder", "%w", err)
	}
	return sqlite.Restore(ctx, filepath.Join(data, databaseFile), from)
}
