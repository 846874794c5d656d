package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// Store is a store.Store over a database.
type Store struct {
	dialect Dialect
	pools   Pools
	writer  *sql.DB
	reader  *sql.DB
	pack    *packer
}

// Pools are the connections of a store. Writer and Reader may be the same pool where the
// database takes many writers. Long is one of its own: a snapshot holds a connection for as
// long as it is used, and whoever holds one asks and writes meanwhile, so that from one
// pool all could wait for each other.
type Pools struct{ Writer, Reader, Long *sql.DB }

// Close closes the pools.
func (p Pools) Close() error {
	err := errors.Join(p.Reader.Close(), p.Long.Close())
	if p.Writer != p.Reader {
		err = errors.Join(err, p.Writer.Close())
	}
	return err
}

var _ store.Store = (*Store)(nil)

// New migrates the database and returns the store. Its Close closes the pools.
func New(ctx context.Context, dialect Dialect, pools Pools) (*Store, error) {
	pack, err := newPacker()
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: dialect, pools: pools, writer: pools.Writer, reader: pools.Reader, pack: pack}
	if err := s.migrate(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return fail("ask the database", s.reads().row(ctx, "SELECT 1").Scan(&one))
}

// Close closes the connections.
func (s *Store) Close() error {
	return fail("close the database", s.pools.Close())
}

// Backup writes a copy of the database that Restore of the same kind reads.
func (s *Store) Backup(ctx context.Context, to io.Writer) error {
	return fail("back the database up", s.dialect.Backup(ctx, s.reader, to))
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// session runs queries in the dialect.
type session struct {
	querier
	dialect Dialect
	tx      Tx
}

func (s *Store) reads() session { return session{querier: s.reader, dialect: s.dialect} }

func (q session) row(ctx context.Context, query string, args ...any) *sql.Row {
	return q.QueryRowContext(ctx, q.dialect.Rebind(query), args...)
}

func (q session) exec(ctx context.Context, query string, args ...any) (int, error) {
	r, err := q.ExecContext(ctx, q.dialect.Rebind(query), args...)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// insert adds rows; none is fine.
func (q session) insert(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if err := q.dialect.Insert(ctx, q.tx, table, columns, rows); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

// each runs a statement for every row of arguments; none is fine.
func (q session) each(ctx context.Context, query string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return q.dialect.Each(ctx, q.tx, q.dialect.Rebind(query), rows)
}

// scanner is a row of an answer.
type scanner interface{ Scan(dest ...any) error }

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q session, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, q.dialect.Rebind(query), args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var list []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

// tries bounds how often a transaction is repeated that another one got in the way of.
const tries = 10

// write runs do in one transaction. It may run more than once.
func (s *Store) write(ctx context.Context, op string, do func(q session) error) error {
	var err error
	for range tries {
		if err = s.once(ctx, s.writer, nil, do); err == nil || !s.dialect.Again(err) {
			break
		}
	}
	return fail(op, err)
}

// view runs do in one transaction that reads one state.
func (s *Store) view(ctx context.Context, op string, do func(q session) error) error {
	return fail(op, s.once(ctx, s.reader, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, do))
}

func (s *Store) once(ctx context.Context, db *sql.DB, options *sql.TxOptions, do func(q session) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	if err := do(session{querier: tx, dialect: s.dialect, tx: Tx{Tx: tx, Conn: conn}}); err != nil {
		return errors.Join(err, rollback(tx))
	}
	return tx.Commit()
}

// rollback ends a transaction that may have been ended by its context.
func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// fail gives an error of the database its code. Errors that have one stay.
func fail(op string, err error) error {
	var coded *estate.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &coded):
		return coded
	case errors.Is(err, sql.ErrNoRows):
		return &estate.Error{Code: estate.CodeNotFound, Op: op, Err: errors.New("not there")}
	default:
		return &estate.Error{Code: estate.CodeIO, Op: op, Err: err}
	}
}
