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
	_, err := d.queue.Put(ctx, d.reviewAt(notBefore))
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
	_, err := d.queue.PutAfter(ctx, args, d.begin(args.Bucket))
	return err
}

func (d *Daemon) deliverAt(ctx context.Context, moment time.Time) error {
	args := deliver{Bucket: bucket(moment, routeWindow)}
	_, err := d.queue.PutAfter(ctx, args, d.begin(args.Bucket))
	return err
}

// begin returns when the job of a window is begun. One that ends soon is waited for by the
// job itself: the queue looks but every few seconds for what was put off.
func (d *Daemon) begin(end time.Time) time.Time {
	if end.Sub(d.Now()) <= routeWindow {
		return time.Time{}
	}
	return end
}

// until waits for the end of a window.
func (d *Daemon) until(ctx context.Context, end time.Time) error {
	timer := time.NewTimer(min(end.Sub(d.Now()), routeWindow)) // the clocks of machines differ
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
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
