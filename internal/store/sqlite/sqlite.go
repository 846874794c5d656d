// Package sqlite keeps the store in one file, with SQLite in pure Go.
//
// One connection writes; others read, each the state as of its start. Many processes may
// open the file: those that write wait for each other.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/sqlstore"
)

// Options tune a database. The zero value is fine.
type Options struct {
	// Readers is how many connections read at once; 0 for twice the processors.
	Readers int
	// CacheMB is the page cache of the writer in MiB, and that of all readers together; 0
	// for 64.
	CacheMB int
}

// Open opens or makes the database at a path and brings its schema up to date. The file
// can be read by its owner alone. Close it.
func Open(ctx context.Context, path string, options Options) (*sqlstore.Store, error) {
	if err := touch(path); err != nil {
		return nil, err
	}
	if options.Readers == 0 {
		options.Readers = 2 * runtime.GOMAXPROCS(0)
	}
	if options.CacheMB == 0 {
		options.CacheMB = 64
	}
	writer, err := sql.Open("sqlite", address(path, options.CacheMB, "_txlock=immediate"))
	if err != nil {
		return nil, ioError(path, err)
	}
	writer.SetMaxOpenConns(1)
	pools := sqlstore.Pools{Writer: writer}
	for _, pool := range []**sql.DB{&pools.Reader, &pools.Long} {
		*pool, err = sql.Open("sqlite", address(path, max(options.CacheMB/options.Readers, 4), "_pragma=query_only(1)"))
		if err != nil {
			return nil, ioError(path, err)
		}
		(*pool).SetMaxIdleConns(options.Readers)
	}
	pools.Reader.SetMaxOpenConns(options.Readers)
	pools.Long.SetMaxOpenConns(snapshots)
	s, err := sqlstore.New(ctx, dialect{}, pools)
	if err != nil {
		return nil, errors.Join(err, pools.Close())
	}
	return s, nil
}

// snapshots is how many are held at once; more wait.
const snapshots = 64

// touch makes the file, so that SQLite does not make one that others can read. The files
// that SQLite lays beside it take its mode.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return ioError(path, err)
	}
	return f.Close()
}

func address(path string, cacheMB int, more string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	pragmas := []string{
		"_pragma=busy_timeout(30000)", "_pragma=page_size(8192)", "_pragma=journal_mode(wal)", "_pragma=synchronous(normal)",
		"_pragma=foreign_keys(1)", "_pragma=temp_store(memory)", fmt.Sprintf("_pragma=cache_size(-%d)", cacheMB<<10), "_pragma=journal_size_limit(67108864)", more,
	}
	return u.String() + "?" + strings.Join(pragmas, "&")
}

func ioError(path string, err error) error {
	return &estate.Error{Code: estate.CodeIO, Op: fmt.Sprintf("open the database %q", path), Err: err}
}
