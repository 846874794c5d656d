package postgres

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/sqlstore"
)

// A dump is gzip over lines. The first is "stance-dump 1" and the version of the schema.
// Then comes for every table "table NAME COLUMN,COLUMN...", its rows as PostgreSQL's COPY
// writes them as text, and a line of "\.", as in pg_dump. The last lines are "row_number N"
// and "end".
const magic = "stance-dump 1"

// Backup dumps all tables as of one moment.
func (dialect) Backup(ctx context.Context, db *sql.DB, to io.Writer) error {
	return inTx(ctx, db, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, func(t sqlstore.Tx) error {
		out := gzip.NewWriter(to)
		if err := dump(ctx, t, out); err != nil {
			return err
		}
		return out.Close()
	})
}

func dump(ctx context.Context, t sqlstore.Tx, out io.Writer) error {
	var version, last int64
	if err := t.QueryRowContext(ctx, `SELECT MAX(version), (SELECT last_value FROM row_number) FROM schema_version`).Scan(&version, &last); err != nil {
		return err
	}
	tables, err := tablesOf(ctx, t)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%s %d\n", magic, version); err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := fmt.Fprintf(out, "table %s %s\n", table.name, table.columns); err != nil {
			return err
		}
		if err := raw(t, func(conn *pgx.Conn) error {
			_, err := conn.PgConn().CopyTo(ctx, out, "COPY "+table.name+" ("+table.columns+") TO STDOUT")
			return err
		}); err != nil {
			return err
		}
		if _, err := io.WriteString(out, "\\.\n"); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "row_number %d\nend\n", last)
	return err
}

type table struct{ name, columns string }

// tablesOf lists the tables of the schema but for that of its version.
func tablesOf(ctx context.Context, t sqlstore.Tx) ([]table, error) {
	rows, err := t.QueryContext(ctx, `SELECT table_name, string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name <> 'schema_version' AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = current_schema()) GROUP BY table_name ORDER BY table_name`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var list []table
	for rows.Next() {
		var t table
		if err := rows.Scan(&t.name, &t.columns); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

// Restore fills the database of a URL from a backup, in one transaction. The database must
// hold no store, or an empty one, of the version that the backup was made with.
func Restore(ctx context.Context, url string, from io.Reader) error {
	const op = "restore the database"
	s, err := Open(ctx, url) // makes the schema
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	db, err := connect(url)
	if err != nil {
		return err
	}
	err = inTx(ctx, db, nil, func(t sqlstore.Tx) error {
		in, err := gzip.NewReader(from)
		if err != nil {
			return estate.Errorf(estate.CodeInvalid, op, "it is no backup: %w", err)
		}
		return load(ctx, t, bufio.NewReaderSize(in, 1<<20))
	})
	return wrap(op, errors.Join(err, db.Close()))
}

func wrap(op string, err error) error {
	var coded *estate.Error
	if err == nil || errors.As(err, &coded) {
		return err
	}
	return &estate.Error{Code: estate.CodeIO, Op: op, Err: err}
}

func load(ctx context.Context, t sqlstore.Tx, in *bufio.Reader) error {
	const op = "restore the database"
	var version int64
	if err := t.QueryRowContext(ctx, `SELECT MAX(version) FROM schema_version`).Scan(&version); err != nil {
		return err
	}
	if first, err := in.ReadString('\n'); err != nil || first != fmt.Sprintf("%s %d\n", magic, version) {
		return estate.Errorf(estate.CodeInvalid, op, "it is no backup of version %d", version)
	}
	known, err := tablesOf(ctx, t)
	if err != nil {
		return err
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return estate.Errorf(estate.CodeInvalid, op, "the backup is cut off: %w", err)
		}
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "table":
			name, columns, _ := strings.Cut(rest, " ")
			if err := fill(ctx, t, known, table{name, columns}, in); err != nil {
				return err
			}
		case "row_number":
			if _, err := t.ExecContext(ctx, `SELECT setval('row_number', $1::text::bigint)`, rest); err != nil {
				return err
			}
		case "end":
			return nil
		default:
			return estate.Errorf(estate.CodeInvalid, op, "the backup holds a line of %q", word)
		}
	}
}

// seeded are tables that hold rows from the start.
var seeded = map[string]bool{"sequence": true, "router_state": true}

// fill copies the rows of a table in.
func fill(ctx context.Context, t sqlstore.Tx, known []table, into table, in *bufio.Reader) error {
	const op = "restore the database"
	found := false
	for _, k := range known {
		found = found || k == into
	}
	if !found {
		return estate.Errorf(estate.CodeInvalid, op, "there is no such table %q", into.name)
	}
	var rows int
	if err := t.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+into.name+` LIMIT 1) AS one`).Scan(&rows); err != nil {
		return err
	}
	if rows > 0 && !seeded[into.name] {
		return estate.Errorf(estate.CodeInvalid, op, "the database is not empty")
	}
	if _, err := t.ExecContext(ctx, `DELETE FROM `+into.name); err != nil {
		return err
	}
	return raw(t, func(conn *pgx.Conn) error {
		_, err := conn.PgConn().CopyFrom(ctx, &rowReader{in: in}, "COPY "+into.name+" ("+into.columns+") FROM STDIN")
		return err
	})
}

// rowReader reads lines up to the one that ends a table.
type rowReader struct {
	in   *bufio.Reader
	rest []byte
	done bool
}

// Read implements io.Reader.
func (r *rowReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.done {
			return 0, io.EOF
		}
		line, err := r.in.ReadBytes('\n')
		if err != nil {
			return 0, fmt.Errorf("the backup is cut off: %w", err)
		}
		if bytes.Equal(line, []byte("\\.\n")) {
			r.done = true
			continue
		}
		r.rest = line
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// inTx runs do in one transaction.
func inTx(ctx context.Context, db *sql.DB, options *sql.TxOptions, do func(t sqlstore.Tx) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx, err := conn.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	if err := do(sqlstore.Tx{Tx: tx, Conn: conn}); err != nil {
		if back := tx.Rollback(); !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, back)
		}
		return err
	}
	return tx.Commit()
}
