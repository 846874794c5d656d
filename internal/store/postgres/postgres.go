// Package postgres keeps the store in PostgreSQL 15 or later, for many servers and workers
// at once.
//
// Tables lie in the schema stance. Their keys hold the account, so that they can be
// partitioned or distributed by it.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/sqlstore"
)

// Open connects to the database of a URL such as postgres://user@host/name and brings its
// schema up to date. What the URL says wins over the defaults: statements end after ten
// minutes, and waiting for a lock after one. Errors name no password. Close it.
func Open(ctx context.Context, url string) (*sqlstore.Store, error) {
	db, err := connect(url)
	if err != nil {
		return nil, err
	}
	long, err := connect(url)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	pools := sqlstore.Pools{Writer: db, Reader: db, Long: long}
	s, err := sqlstore.New(ctx, dialect{}, pools)
	if err != nil {
		return nil, errors.Join(err, pools.Close())
	}
	return s, nil
}

// connections is how many connections one process opens, twice: for short work and for
// snapshots.
const connections = 16

func connect(url string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read the address of the database", "it is no PostgreSQL URL").
			WithHint("write it as postgres://user:password@host:5432/name")
	}
	for name, value := range map[string]string{"search_path": "stance", "application_name": "stance", "statement_timeout": "10min", "lock_timeout": "1min", "jit": "off"} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}
