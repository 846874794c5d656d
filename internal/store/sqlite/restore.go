package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/stance-sec/stance/internal/estate"
)

// magic begins every file of SQLite.
var magic = []byte("SQLite format 3\x00")

// Restore writes a backup to a path where there is no file. The file appears when it is
// whole and sound, or not at all.
func Restore(ctx context.Context, path string, from io.Reader) (err error) {
	op := fmt.Sprintf("restore the database %q", path)
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return estate.Errorf(estate.CodeInvalid, op, "there is a file already").WithHint("move it away, or restore to another path")
	}
	in := bufio.NewReader(from)
	if head, err := in.Peek(len(magic)); err != nil || !bytes.Equal(head, magic) {
		return estate.Errorf(estate.CodeInvalid, op, "it is no backup of SQLite")
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".restore-*")
	if err != nil {
		return &estate.Error{Code: estate.CodeIO, Op: op, Err: err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	name := filepath.Join(dir, "copy.db")
	if err := write(name, in); err != nil {
		return &estate.Error{Code: estate.CodeIO, Op: op, Err: err}
	}
	if err := sound(ctx, name); err != nil {
		return estate.Errorf(estate.CodeInvalid, op, "the backup is damaged: %w", err)
	}
	if err := os.Link(name, path); err != nil { // unlike a rename, it never replaces a file
		return &estate.Error{Code: estate.CodeIO, Op: op, Err: err}
	}
	return nil
}

func write(name string, in io.Reader) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	return errors.Join(err, f.Sync(), f.Close())
}

// sound checks that the file holds a store and is not damaged.
func sound(ctx context.Context, name string) (err error) {
	db, err := sql.Open("sqlite", "file:"+name+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var said string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&said); err != nil {
		return err
	}
	if said != "ok" {
		return errors.New(said)
	}
	var version int
	return db.QueryRowContext(ctx, `SELECT MAX(version) FROM schema_version`).Scan(&version)
}
