package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/stance-sec/stance/internal/store/sqlstore"
)

// dialect is SQLite's.
type dialect struct{}

var _ sqlstore.Dialect = dialect{}

func (dialect) Name() string               { return "sqlite" }
func (dialect) Rebind(query string) string { return query }
func (dialect) Contains(col string) string { return "instr(" + col + ", ?) > 0" }
func (dialect) ForUpdate() string          { return "" }
func (dialect) SkipLocked() string         { return "" }
func (dialect) Type(name string) string    { return name }

// LockSchema does nothing: a transaction that writes is alone from its start.
func (dialect) LockSchema(context.Context, sqlstore.Tx) error { return nil }

// batch is how many rows one statement inserts.
const batch = 32

func (dialect) Insert(ctx context.Context, t sqlstore.Tx, table string, columns []string, rows [][]any) error {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + ")"
	head := "INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES "
	if len(rows) >= batch {
		many, err := t.PrepareContext(ctx, head+strings.TrimSuffix(strings.Repeat(row+",", batch), ","))
		if err != nil {
			return err
		}
		args := make([]any, 0, batch*len(columns))
		for ; len(rows) >= batch; rows = rows[batch:] {
			args = args[:0]
			for _, r := range rows[:batch] {
				args = append(args, r...)
			}
			if _, err := many.ExecContext(ctx, args...); err != nil {
				return errors.Join(err, many.Close())
			}
		}
		if err := many.Close(); err != nil {
			return err
		}
	}
	return dialect{}.Each(ctx, t, head+row, rows)
}

func (dialect) Each(ctx context.Context, t sqlstore.Tx, query string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	statement, err := t.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := statement.ExecContext(ctx, r...); err != nil {
			return errors.Join(err, statement.Close())
		}
	}
	return statement.Close()
}

func (dialect) Reserve(ctx context.Context, t sqlstore.Tx, n int) ([]int64, error) {
	var last int64
	if err := t.QueryRowContext(ctx, `UPDATE sequence SET last = last + ? WHERE name = 'row' RETURNING last`, n).Scan(&last); err != nil {
		return nil, err
	}
	list := make([]int64, n)
	for i := range list {
		list[i] = last - int64(n-1-i)
	}
	return list, nil
}

// Again is for a database that another process holds.
func (dialect) Again(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_BUSY
}

// Backup copies the database as of one moment into a file beside it, without waste, and
// writes that. Readers and writers go on.
func (dialect) Backup(ctx context.Context, db *sql.DB, to io.Writer) (err error) {
	var path string
	if err := db.QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	name := filepath.Join(dir, "copy.db")
	if err := touch(name); err != nil {
		return err
	}
	if err := vacuum(ctx, db, name); err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, f)
	return errors.Join(err, f.Close())
}

// vacuum needs a connection that may write, though it changes nothing of its own file.
func vacuum(ctx context.Context, db *sql.DB, name string) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only(0)`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO ?`, name)
	if _, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA query_only(1)`); back != nil {
		err = errors.Join(err, back)
	}
	if err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return nil
}
