package daemon

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/service/watch"
)

// Read implements watch.Next.
func (d *Daemon) Read(ctx context.Context, r watch.Read) error {
	_, err := d.queue.Put(ctx, read{Read: r})
	return err
}

// Review implements watch.Next.
func (d *Daemon) Review(ctx context.Context, notBefore time.Time) error {
	args := d.reviewAt(notBefore)
	_, err := d.queue.PutAfter(ctx, args, args.Bucket)
	return err
}

// reviewAt gathers what is asked for in a window in one review at its end.
func (d *Daemon) reviewAt(moment time.Time) review {
	return review{Bucket: bucket(moment, reviewWindow)}
}

// Route implements watch.Next.
func (d *Daemon) Route(ctx context.Context) error { return d.routeAt(ctx, d.Now()) }

func (d *Daemon) routeAt(ctx context.Context, moment time.Time) error {
	args := route{Bucket: bucket(moment, routeWindow)}
	_, err := d.queue.PutAfter(ctx, args, args.Bucket)
	return err
}

func (d *Daemon) deliverAt(ctx context.Context, moment time.Time) error {
	args := deliver{Bucket: bucket(moment, routeWindow)}
	_, err := d.queue.PutAfter(ctx, args, args.Bucket)
	return err
}

// Reread asks for a targeted reading. The same events ask once.
func (d *Daemon) Reread(ctx context.Context, r watch.Reread) error {
	_, err := d.queue.Put(ctx, reread{Reread: r})
	return err
}

// Sweep asks for the reading of all accounts now.
func (d *Daemon) Sweep(ctx context.Context, class watch.Class) error {
	_, err := d.queue.Put(ctx, sweep{Class: class})
	return err
}

// Tell has what waits to be sent looked at now.
func (d *Daemon) Tell(ctx context.Context) error { return d.deliverAt(ctx, d.Now()) }
