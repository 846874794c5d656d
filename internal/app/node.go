package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/daemon"
	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/service/posture"
	"github.com/stance-sec/stance/internal/service/watch"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/events"
	"github.com/stance-sec/stance/internal/source/event"
	"github.com/stance-sec/stance/internal/store"
)

// NodeOptions say what a process of a server does.
type NodeOptions struct {
	// Data is the folder of the embedded databases. Database is the URL of a PostgreSQL
	// that is used in their place.
	Data, Database string
	// AWS says what of it is watched; nil for none.
	AWS *AWSWatch
	// Queues are those of change events.
	Queues []events.Options
	// Pace is how events are gathered.
	Pace event.Pace

	Checks     Checks
	Mapping    *enrich.Mapping
	RiskTable  string
	Frameworks []string
	// Notify is the file that says who is told; empty for nobody.
	Notify string
	// Address is where the dashboard is seen, for links in alerts; empty for none.
	Address  string
	Schedule daemon.Schedule
	// Quiet is how long after a change everything is reviewed.
	Quiet time.Duration

	Getenv func(string) string
	Now    func() time.Time
	Logger *slog.Logger
	// Count is told what became of each event; nil for nobody.
	Count func(what string)
}

// AWSWatch is what of AWS is watched, and how it is reached.
type AWSWatch struct {
	Connect   aws.Options
	Selection aws.Selection
}

// Node is one process of a server: the embedded one, or one of many on a PostgreSQL.
type Node struct {
	Store  store.Store
	Queue  *job.Queue
	Daemon *daemon.Daemon
	Keeper *posture.Keeper
	Rules  *Rulebook

	options   NodeOptions
	listeners []*listener
	pool      *pgxpool.Pool
}

// OpenNode opens the databases and everything that works on them. Nothing runs yet.
func OpenNode(ctx context.Context, o NodeOptions) (*Node, error) {
	rules, err := o.rulebook()
	if err != nil {
		return nil, err
	}
	n := &Node{options: o, Rules: rules}
	if err := n.openStore(ctx); err != nil {
		return nil, err
	}
	if err := n.wire(ctx); err != nil {
		return nil, errors.Join(err, n.Close(ctx))
	}
	return n, nil
}

func (n *Node) openStore(ctx context.Context) error {
	var err error
	if n.Store, err = OpenStore(ctx, n.options.Data, n.options.Database); err != nil || n.options.Database == "" {
		return err
	}
	if n.pool, err = pgxpool.New(ctx, n.options.Database); err != nil {
		return errors.Join(estate.Errorf(estate.CodeIO, "open the queue", "the database does not answer"), n.Store.Close())
	}
	return nil
}

// wire joins the parts.
func (n *Node) wire(ctx context.Context) error {
	o := &n.options
	n.Keeper = &posture.Keeper{
		Store: n.Store, Library: n.Rules.Library, Mapping: o.Mapping, Ranking: n.Rules.ranking, Frameworks: n.Rules.checksOf(),
		Workers: runtime.GOMAXPROCS(0), Now: o.Now,
	}
	n.Daemon = &daemon.Daemon{Pruner: n.Store, Schedule: o.Schedule, Now: o.Now, Logger: o.Logger}
	var err error
	if n.Daemon.Alerts, err = n.alerts(); err != nil {
		return err
	}
	clouds, err := o.clouds(ctx)
	if err != nil {
		return err
	}
	n.Daemon.Watcher = &watch.Watcher{
		Clouds: clouds, Store: n.Store, Keeper: n.Keeper, Next: n.Daemon, Now: o.Now, Logger: o.Logger, Quiet: o.Quiet,
	}
	queue := job.Options{Workers: n.Daemon.Workers(), Periodic: n.Daemon.Periodic(), Logger: o.Logger}
	if n.pool != nil {
		n.Queue, err = job.OpenPostgres(ctx, n.pool, queue)
	} else {
		n.Queue, err = job.OpenSQLite(ctx, filepath.Join(o.Data, "queue.db"), queue)
	}
	if err != nil {
		return err
	}
	n.Daemon.Use(n.Queue)
	n.listeners, err = n.listen(ctx)
	return err
}

// Run works until ctx ends, and lets what runs come to its end.
func (n *Node) Run(ctx context.Context) error {
	if err := n.Queue.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	done := make(chan struct{}, len(n.listeners))
	for _, l := range n.listeners {
		go func() {
			l.run(ctx)
			done <- struct{}{}
		}()
	}
	<-ctx.Done()
	for range n.listeners {
		<-done
	}
	return nil
}

// stopping is how long running jobs have to come to their end.
const stopping = 20 * time.Second

// Close stops the work and closes the databases.
func (n *Node) Close(ctx context.Context) error {
	var errs []error
	if n.Queue != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopping)
		defer cancel()
		errs = append(errs, n.Queue.Stop(stop))
	}
	if n.pool != nil {
		n.pool.Close()
	}
	if n.Store != nil {
		errs = append(errs, n.Store.Close())
	}
	return errors.Join(errs...)
}
