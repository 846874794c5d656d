package api

import (
	"context"
	"strconv"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/store"
)

type coverageIn struct {
	Paging
	Cloud    string   `query:"cloud" maxLength:"40"`
	Account  string   `query:"account" maxLength:"200"`
	Region   string   `query:"region" maxLength:"100"`
	Type     string   `query:"type" maxLength:"200"`
	Statuses []string `query:"status,explode" enum:"ok,partial,failed,skipped"`
}

type jobsIn struct {
	Paging
	Kinds  []string `query:"kind,explode" maxItems:"20" maxLength:"100"`
	States []string `query:"state,explode" enum:"available,scheduled,retryable,running,completed,cancelled,discarded,pending"`
	Queues []string `query:"queue,explode" maxItems:"20" maxLength:"100"`
}

type jobIn struct {
	ID int64 `path:"id" minimum:"1"`
}

// ScanRequest asks for a reading.
type ScanRequest struct {
	// Class is which types are read.
	Class string `json:"class,omitempty" enum:"fast,slow,everything" default:"everything"`
}

// ScanStarted names a reading that was asked for.
type ScanStarted struct {
	Run string `json:"run"`
}

func (a *API) coverage() {
	list(a, get("/coverage", "list-coverage", "What was read, when, and what was not and why; by scope", "work"), a.covered)
}

func (a *API) jobs() {
	list(a, get("/jobs", "list-jobs", "What the server does, newest first", "work"),
		func(ctx context.Context, caller auth.Caller, in *jobsIn, page store.PageRequest) (store.Page[job.Row], error) {
			if err := everything(caller, "list jobs"); err != nil {
				return store.Page[job.Row]{}, err
			}
			rows, next, err := a.Queue.List(ctx, job.Filter{Kinds: in.Kinds, States: in.States, Queues: in.Queues, After: page.Cursor, Limit: page.Limit})
			return store.Page[job.Row]{Items: rows, Next: next}, err
		})
	handle(a, post("/jobs/{id}/cancel", "cancel-job", "End a job", "work", auth.Admin),
		func(ctx context.Context, caller auth.Caller, in *jobIn) (job.Row, error) {
			return a.changeJob(ctx, caller, "job.cancel", in.ID, a.Queue.Cancel)
		})
	handle(a, post("/jobs/{id}/retry", "retry-job", "Have a job begin now", "work", auth.Admin),
		func(ctx context.Context, caller auth.Caller, in *jobIn) (job.Row, error) {
			return a.changeJob(ctx, caller, "job.retry", in.ID, a.Queue.Retry)
		})
	handle(a, post("/scans", "start-scan", "Ask for a reading of all accounts", "work", auth.Analyst).created(),
		func(ctx context.Context, caller auth.Caller, in *struct{ Body ScanRequest }) (ScanStarted, error) {
			if err := everything(caller, "start a reading"); err != nil {
				return ScanStarted{}, err
			}
			if err := a.note(ctx, caller, "scan.start", in.Body.Class, nil); err != nil {
				return ScanStarted{}, err
			}
			run, err := a.Scan(ctx, in.Body.Class)
			return ScanStarted{run}, err
		})
}

func (a *API) changeJob(ctx context.Context, caller auth.Caller, action string, id int64, do func(context.Context, int64) (job.Row, error)) (job.Row, error) {
	if err := everything(caller, "change a job"); err != nil {
		return job.Row{}, err
	}
	if err := a.note(ctx, caller, action, strconv.FormatInt(id, 10), nil); err != nil {
		return job.Row{}, err
	}
	return do(ctx, id)
}

type deliveriesIn struct {
	Paging
	State string `query:"state" enum:"waiting,sent,failed"`
}

func (a *API) deliveries() {
	list(a, get("/deliveries", "list-deliveries", "Messages on their way to channels, newest first", "work"),
		func(ctx context.Context, caller auth.Caller, in *deliveriesIn, page store.PageRequest) (store.Page[store.Delivery], error) {
			if err := everything(caller, "list deliveries"); err != nil {
				return store.Page[store.Delivery]{}, err
			}
			return a.Store.Deliveries(ctx, in.State, page)
		})
	handle(a, post("/deliveries/{key}/retry", "retry-delivery", "Have a failed message tried again", "work", auth.Admin), a.retryDelivery)
}

type latencyIn struct {
	Since time.Time `query:"since" doc:"a day ago when it is left out"`
}

// Latency is how long it took from API calls to alerts, in seconds.
type Latency struct {
	Since time.Time `json:"since"`
	Count int       `json:"count"`
	P50   float64   `json:"p50"`
	P95   float64   `json:"p95"`
	P99   float64   `json:"p99"`
}

func (a *API) events() {
	list(a, get("/events/dead", "list-dead-events", "Messages that could not be understood, newest first", "work"),
		func(ctx context.Context, caller auth.Caller, _ *struct{ Paging }, page store.PageRequest) (store.Page[store.DeadEvent], error) {
			if err := everything(caller, "list dead events"); err != nil {
				return store.Page[store.DeadEvent]{}, err
			}
			return a.Store.DeadEvents(ctx, page)
		})
	handle(a, get("/events/latency", "get-latency", "How long it took from API calls to alerts", "work"),
		func(ctx context.Context, _ auth.Caller, in *latencyIn) (Latency, error) {
			return a.latency(ctx, in.Since)
		})
	handle(a, get("/course", "get-course", "How the posture went over time", "posture"), a.course)
}

func (a *API) latency(ctx context.Context, since time.Time) (Latency, error) {
	if since.IsZero() {
		since = a.Now().Add(-24 * time.Hour)
	}
	l, err := a.Store.Latency(ctx, since)
	return Latency{Since: since, Count: l.Count, P50: l.P50, P95: l.P95, P99: l.P99}, err
}

// covered returns a page of the ledger.
func (a *API) covered(ctx context.Context, caller auth.Caller, in *coverageIn, page store.PageRequest) (store.Page[store.Ledger], error) {
	ledger, err := a.Store.Ledger(ctx, caller.See, estate.Scope{Cloud: estate.Cloud(in.Cloud), Account: in.Account, Region: in.Region, Type: in.Type})
	if err != nil {
		return store.Page[store.Ledger]{}, err
	}
	if len(in.Statuses) > 0 {
		var matching []store.Ledger
		for i := range ledger {
			if contains(in.Statuses, string(ledger[i].Status)) {
				matching = append(matching, ledger[i])
			}
		}
		ledger = matching
	}
	return slicePage(ledger, page, func(l *store.Ledger) string { return l.Scope.String() })
}
