package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/stance-sec/stance/internal/store/sqlstore"
)

// dialect is PostgreSQL's.
type dialect struct{}

var _ sqlstore.Dialect = dialect{}

func (dialect) Name() string               { return "postgres" }
func (dialect) Rebind(query string) string { return sqlstore.Numbered(query) }
func (dialect) Contains(col string) string { return "strpos(" + col + ", ?) > 0" }
func (dialect) ForUpdate() string          { return " FOR UPDATE" }
func (dialect) SkipLocked() string         { return " FOR UPDATE SKIP LOCKED" }

// Type returns PostgreSQL's name of a type. Text is compared by its bytes.
func (dialect) Type(name string) string {
	return map[string]string{"TEXT": `TEXT COLLATE "C"`, "INTEGER": "BIGINT", "BLOB": "BYTEA"}[name]
}

// schemaLock is the number of the lock that starters take.
const schemaLock = 0x5354414e4345 // STANCE

func (dialect) LockSchema(ctx context.Context, t sqlstore.Tx) error {
	if _, err := t.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(schemaLock)); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS stance`)
	return err
}

// raw runs do on the connection of a transaction.
func raw(t sqlstore.Tx, do func(conn *pgx.Conn) error) error {
	return t.Conn.Raw(func(c any) error {
		conn, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", c)
		}
		return do(conn.Conn())
	})
}

// Insert copies rows in.
func (dialect) Insert(ctx context.Context, t sqlstore.Tx, table string, columns []string, rows [][]any) error {
	return raw(t, func(conn *pgx.Conn) error {
		_, err := conn.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return resolved(rows[i]) }))
		return err
	})
}

// resolved returns arguments as the database gets them: pgx would take the string below a
// type and not what its Value returns.
func resolved(row []any) ([]any, error) {
	row = slices.Clone(row)
	for i, v := range row {
		if v, ok := v.(driver.Valuer); ok {
			var err error
			if row[i], err = v.Value(); err != nil {
				return nil, err
			}
		}
	}
	return row, nil
}

// batch is how many statements go out before their answers are read.
const batch = 500

// Each sends statements without waiting for each answer.
func (dialect) Each(ctx context.Context, t sqlstore.Tx, query string, rows [][]any) error {
	return raw(t, func(conn *pgx.Conn) error {
		for part := range slices.Chunk(rows, batch) {
			var b pgx.Batch
			for _, row := range part {
				args, err := resolved(row)
				if err != nil {
					return err
				}
				b.Queue(query, args...)
			}
			if err := conn.SendBatch(ctx, &b).Close(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (dialect) Reserve(ctx context.Context, t sqlstore.Tx, n int) ([]int64, error) {
	if n == 0 {
		return nil, nil
	}
	rows, err := t.QueryContext(ctx, `SELECT nextval('row_number') FROM generate_series(1, $1)`, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var list []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// Again is for what another transaction got in the way of.
func (dialect) Again(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}
