package job

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/stance-sec/stance/internal/estate"
)

// open brings the tables up to date and makes a client.
func open[TTx any](ctx context.Context, driver riverdriver.Driver[TTx], o Options, id string) (*Queue, error) {
	logger := o.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	logger = slog.New(&quieter{Handler: logger.Handler(), level: slog.LevelWarn, said: &said{at: map[string]time.Time{}}})
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: logger})
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, "prepare the queue", "%w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, estate.Errorf(estate.CodeIO, "prepare the queue", "%w", err)
	}
	config := &river.Config{
		ID:                   id,
		Logger:               logger,
		FetchPollInterval:    200 * time.Millisecond,
		FetchCooldown:        20 * time.Millisecond,
		JobTimeout:           cmp.Or(o.Rescue, 5*time.Minute),
		RescueStuckJobsAfter: cmp.Or(o.Rescue, 5*time.Minute),
		SkipUnknownJobCheck:  true,
	}
	if o.Workers != nil {
		config.Workers, config.PeriodicJobs = o.Workers, o.Periodic
		config.Queues = map[string]river.QueueConfig{
			Reads:  {MaxWorkers: cmp.Or(o.Reads, 2)},
			Events: {MaxWorkers: cmp.Or(o.Events, 8)},
			Alerts: {MaxWorkers: cmp.Or(o.Alerts, 8)},
			Review: {MaxWorkers: 1},
		}
	}
	client, err := river.NewClient(driver, config)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "open the queue", "%w", err)
	}
	return &Queue{client: client, works: o.Workers != nil}, nil
}
