package job

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/stance-sec/stance/internal/estate"
)

// Row is a job as people see it.
type Row struct {
	ID    int64           `json:"id"`
	Kind  string          `json:"kind"`
	Queue string          `json:"queue"`
	Args  json.RawMessage `json:"args"`
	// State is available, scheduled, retryable, running, completed, cancelled, discarded
	// or pending.
	State     string    `json:"state"`
	Attempt   int       `json:"attempt"`
	Attempts  int       `json:"attempts"` // at most
	Created   time.Time `json:"created"`
	Scheduled time.Time `json:"scheduled"`
	Began     time.Time `json:"began,omitzero"`
	Ended     time.Time `json:"ended,omitzero"`
	// Error is the last one; empty when there was none.
	Error string `json:"error,omitempty"`
}

// Filter asks for jobs; empty fields ask for all.
type Filter struct {
	Kinds, States, Queues []string
	// After is Next of the page before.
	After string
	// Limit is at most 200; 0 means 50.
	Limit int
}

// List returns jobs, newest first, and where the next page begins; empty on the last.
func (q *Queue) List(ctx context.Context, f Filter) (rows []Row, next string, err error) {
	limit := min(max(f.Limit, 0), 200)
	if limit == 0 {
		limit = 50
	}
	params := river.NewJobListParams().First(limit).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if len(f.Kinds) > 0 {
		params = params.Kinds(f.Kinds...)
	}
	if len(f.Queues) > 0 {
		params = params.Queues(f.Queues...)
	}
	if len(f.States) > 0 {
		var states []rivertype.JobState
		for _, s := range f.States {
			states = append(states, rivertype.JobState(s))
		}
		params = params.States(states...)
	}
	if f.After != "" {
		var cursor river.JobListCursor
		if err := cursor.UnmarshalText([]byte(f.After)); err != nil {
			return nil, "", estate.Errorf(estate.CodeInvalid, "list jobs", "the cursor is broken")
		}
		params = params.After(&cursor)
	}
	result, err := q.client.JobList(ctx, params)
	if err != nil {
		return nil, "", estate.Errorf(estate.CodeIO, "list jobs", "%w", err)
	}
	for _, j := range result.Jobs {
		rows = append(rows, rowOf(j))
	}
	if result.LastCursor != nil && len(rows) == limit {
		text, err := result.LastCursor.MarshalText()
		if err != nil {
			return nil, "", estate.Errorf(estate.CodeInternal, "list jobs", "%w", err)
		}
		next = string(text)
	}
	return rows, next, nil
}

func rowOf(j *rivertype.JobRow) Row {
	r := Row{
		ID: j.ID, Kind: j.Kind, Queue: j.Queue, Args: json.RawMessage(j.EncodedArgs), State: string(j.State),
		Attempt: j.Attempt, Attempts: j.MaxAttempts, Created: j.CreatedAt.UTC(), Scheduled: j.ScheduledAt.UTC(),
	}
	if j.AttemptedAt != nil {
		r.Began = j.AttemptedAt.UTC()
	}
	if j.FinalizedAt != nil {
		r.Ended = j.FinalizedAt.UTC()
	}
	if n := len(j.Errors); n > 0 {
		r.Error = j.Errors[n-1].Error
	}
	return r
}

// Cancel ends a job: one that runs is told to stop.
func (q *Queue) Cancel(ctx context.Context, id int64) (Row, error) {
	return q.change("cancel a job", func() (*rivertype.JobRow, error) { return q.client.JobCancel(ctx, id) })
}

// Retry has a job that waits, failed or was cancelled begin now.
func (q *Queue) Retry(ctx context.Context, id int64) (Row, error) {
	return q.change("retry a job", func() (*rivertype.JobRow, error) { return q.client.JobRetry(ctx, id) })
}

func (q *Queue) change(op string, do func() (*rivertype.JobRow, error)) (Row, error) {
	j, err := do()
	switch {
	case errors.Is(err, river.ErrNotFound):
		return Row{}, estate.Errorf(estate.CodeNotFound, op, "there is no such job")
	case err != nil:
		return Row{}, estate.Errorf(estate.CodeIO, op, "%w", err)
	}
	return rowOf(j), nil
}
