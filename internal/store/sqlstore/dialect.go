package sqlstore

import (
	"context"
	"database/sql"
	"io"
	"strconv"
	"strings"
)

// Dialect is what databases do not share. Queries have ? for arguments.
type Dialect interface {
	// Name is sqlite or postgres: migrations hold lines for one of them.
	Name() string
	// Rebind rewrites the placeholders of a query.
	Rebind(query string) string
	// Insert adds rows to a table as fast as the database can.
	Insert(ctx context.Context, t Tx, table string, columns []string, rows [][]any) error
	// Each runs a statement once for every row of arguments.
	Each(ctx context.Context, t Tx, query string, rows [][]any) error
	// Reserve returns numbers that no other row has, growing.
	Reserve(ctx context.Context, t Tx, n int) ([]int64, error)
	// Contains is a condition that a column contains an argument.
	Contains(column string) string
	// ForUpdate and SkipLocked end a query whose rows are to be held.
	ForUpdate() string
	SkipLocked() string
	// Type returns how a type of the migrations (TEXT, INTEGER, BLOB) is called.
	Type(name string) string
	// LockSchema keeps other starters from migrating until the transaction ends.
	LockSchema(ctx context.Context, t Tx) error
	// Again reports whether a transaction that failed with err is worth another try.
	Again(err error) bool
	// Backup writes a copy of the database.
	Backup(ctx context.Context, db *sql.DB, to io.Writer) error
}

// Tx is a transaction with the connection it lives on.
type Tx struct {
	*sql.Tx
	Conn *sql.Conn
}

// Numbered rewrites ? placeholders as $1, $2 and so on.
func Numbered(query string) string {
	var b strings.Builder
	n := 0
	for {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n++
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}
