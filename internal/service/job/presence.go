package job

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// presence tells the others on a PostgreSQL that this process lives: it holds a lock under
// its name on a connection of its own, which the database lets go of when the process ends,
// however it does. What processes without a lock were doing, it has done again.
type presence struct {
	config *pgx.ConnConfig
	id     string
	logger *slog.Logger
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

const (
	// space sets the locks apart from those of others in the same database.
	space = 0x7374616e
	// look is how often it is looked for jobs of the dead.
	look = 5 * time.Second
	// shy is how long a process has to take its lock, at its start and after the
	// database's, before it counts as dead.
	shy = 10 * time.Second
)

// takeBack has jobs done again whose worker holds no lock. The name of the last who tried
// stands last.
const takeBack = `UPDATE river_job j SET state = 'available', scheduled_at = now()
	WHERE j.state = 'running' AND j.attempted_at < now() - $2::interval AND pg_postmaster_start_time() < now() - $2::interval
	AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = $1::bigint::oid
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.objid = (hashtext(j.attempted_by[array_length(j.attempted_by, 1)])::bigint & 4294967295)::oid)`

// alone waits until no other process prepares the tables, and keeps them from it until it
// is released.
func alone(ctx context.Context, config *pgx.ConnConfig) (release func(), err error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	release = func() { _ = conn.Close(context.WithoutCancel(ctx)) } // and the lock with it
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1::int, 0)`, space); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// begin takes the lock, and keeps it and looks for the dead until end.
func (p *presence) begin(ctx context.Context) error {
	conn, err := p.lock(ctx)
	if err != nil {
		return err
	}
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.ended.Go(func() { p.stay(ctx, conn) })
	return nil
}

func (p *presence) lock(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock_shared($1, hashtext($2))`, space, p.id); err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// stay looks for the dead on the connection that holds the lock: where that fails, the
// lock may be lost, and is taken anew.
func (p *presence) stay(ctx context.Context, conn *pgx.Conn) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for ctx.Err() == nil {
		var err error
		if conn == nil {
			conn, err = p.lock(ctx)
		} else if _, err = conn.Exec(ctx, takeBack, int64(space), shy); err != nil {
			_ = conn.Close(context.WithoutCancel(ctx)) // and the lock with it
			conn = nil
		}
		if err != nil && ctx.Err() == nil {
			p.logger.WarnContext(ctx, "the database of the queue does not answer", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	if conn != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
	}
}

// end lets go of the lock.
func (p *presence) end() {
	if p.cancel != nil {
		p.cancel()
		p.ended.Wait()
	}
}
