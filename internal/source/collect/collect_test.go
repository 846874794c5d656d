package collect_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// memory is a sink that keeps what was committed.
type memory struct {
	mu       sync.Mutex
	lines    map[string]estate.Coverage
	held     map[string][]string
	refuseAt string
}

func newMemory() *memory {
	return &memory{lines: map[string]estate.Coverage{}, held: map[string][]string{}}
}

func (m *memory) Begin(s estate.Scope) (collect.Scope, error) {
	return &scope{sink: m, name: s.String()}, nil
}

type scope struct {
	sink *memory
	name string
	mu   sync.Mutex
	ids  []string
}

var errFull = errors.New("disk full")

func (s *scope) Add(id string, _ []byte) error {
	if id == s.sink.refuseAt {
		return errFull
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
	return nil
}

func (s *scope) Commit(c estate.Coverage) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	c.Read = time.Time{}
	s.sink.lines[s.name] = c
	slices.Sort(s.ids)
	s.sink.held[s.name] = s.ids
	return nil
}

func (s *scope) Abort() error {
	s.ids = nil
	return nil
}

func task(account string, read func(context.Context, func(*estate.Resource) error) error) collect.Task {
	return collect.Task{
		Scope: estate.Scope{Cloud: estate.AWS, Account: account, Region: "r", Type: "t"},
		Read:  read,
		Explain: func(err error) source.Problem {
			return source.Problem{Code: estate.CodeOf(err), Op: "ListThings", Detail: err.Error()}
		},
		Permissions: map[string]string{"ListThings": "t:ListThings"},
	}
}

func emitting(ids ...string) func(context.Context, func(*estate.Resource) error) error {
	return func(_ context.Context, emit func(*estate.Resource) error) error {
		for _, id := range ids {
			if err := emit(&estate.Resource{ID: id, Account: id[:1]}); err != nil {
				return err
			}
		}
		return nil
	}
}

func run(t *testing.T, ctx context.Context, m *memory, tasks ...collect.Task) error {
	t.Helper()
	return collect.Run(ctx, tasks, m, collect.Options{Workers: 4, Now: func() time.Time { return time.Unix(0, 0) }})
}

func TestAScopeThatFailsHoldsNothing(t *testing.T) {
	t.Parallel()
	m := newMemory()
	broken := task("2", func(_ context.Context, emit func(*estate.Resource) error) error {
		if err := emit(&estate.Resource{ID: "2a"}); err != nil {
			return err
		}
		return estate.Errorf(estate.CodeDenied, "list", "AccessDenied on page two")
	})
	skipped := task("3", nil)
	skipped.Skip, skipped.Detail = estate.Uncollected, "left out"
	if err := run(t, t.Context(), m, task("1", emitting("1a", "1b")), broken, skipped); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"aws/1/r/t": {"1a", "1b"}, "aws/2/r/t": nil, "aws/3/r/t": nil}
	if diff := cmp.Diff(want, m.held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
	line := m.lines["aws/2/r/t"]
	if line.Status != estate.CoverageFailed || line.Reason != estate.Denied || !slices.Equal(line.Permissions, []string{"t:ListThings"}) || line.Complete() {
		t.Errorf("the failed scope's line is %+v", line)
	}
	if line := m.lines["aws/3/r/t"]; line.Status != estate.CoverageSkipped || line.Complete() {
		t.Errorf("the skipped scope's line is %+v", line)
	}
}

func TestUnknownsMakeAScopePartial(t *testing.T) {
	t.Parallel()
	m := newMemory()
	err := run(t, t.Context(), m, task("1", func(_ context.Context, emit func(*estate.Resource) error) error {
		return emit(&estate.Resource{ID: "1a", Unknown: []estate.Unknown{{Path: "x", Reason: estate.Denied, Permission: "t:GetX"}, {Path: "y", Reason: estate.Denied, Permission: "t:GetX"}}})
	}))
	line := m.lines["aws/1/r/t"]
	if err != nil || line.Status != estate.CoveragePartial || line.Unknowns != 2 || !slices.Equal(line.Permissions, []string{"t:GetX"}) || !line.Complete() {
		t.Errorf("line %+v, error %v", line, err)
	}
}

func TestOneTaskForManyAccounts(t *testing.T) {
	t.Parallel()
	m := newMemory()
	many := task("", emitting("1a", "2a", "1b", "9x"))
	many.Accounts = []string{"1", "2", "3"}
	if err := run(t, t.Context(), m, many); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"aws/1/r/t": {"1a", "1b"}, "aws/2/r/t": {"2a"}, "aws/3/r/t": nil}
	if diff := cmp.Diff(want, m.held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
}

func TestASinkThatRefusesEndsTheRun(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.refuseAt = "1b"
	if err := run(t, t.Context(), m, task("1", emitting("1a", "1b"))); !errors.Is(err, errFull) {
		t.Errorf("the run ended with %v", err)
	}
	if len(m.lines) != 0 {
		t.Errorf("committed %v", m.lines)
	}
}

func TestStoppingCommitsNothingHalf(t *testing.T) {
	t.Parallel()
	m := newMemory()
	ctx, stop := context.WithCancel(t.Context())
	err := run(t, ctx, m, task("1", func(ctx context.Context, emit func(*estate.Resource) error) error {
		if err := emit(&estate.Resource{ID: "1a"}); err != nil {
			return err
		}
		stop()
		<-ctx.Done()
		return nil // a collector that does not notice
	}), task("2", emitting("2a")))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the run ended with %v", err)
	}
	if _, ok := m.lines["aws/1/r/t"]; ok {
		t.Error("a stopped scope was committed")
	}
}

// TestLinesSpeak holds that whatever is not whole says in words why, the same words
// whatever came first.
func TestLinesSpeak(t *testing.T) {
	t.Parallel()
	failing := func(code estate.Code, detail string) func(context.Context, func(*estate.Resource) error) error {
		return func(context.Context, func(*estate.Resource) error) error {
			return &estate.Error{Code: code, Op: detail}
		}
	}
	unknowns := []estate.Unknown{
		{Path: "tags", Reason: estate.Uncollected}, {Path: "b", Reason: estate.Unavailable, Detail: "InternalError"}, {Path: "z", Reason: estate.Denied, Permission: "t:GetZ", Detail: "AccessDenied"}, {Path: "a", Reason: estate.Malformed},
	}
	partial := func(order ...int) func(context.Context, func(*estate.Resource) error) error {
		return func(_ context.Context, emit func(*estate.Resource) error) error {
			r := &estate.Resource{ID: "r"}
			for _, i := range order {
				r.Unknown = append(r.Unknown, unknowns[i])
			}
			return emit(r)
		}
	}
	bare := task("9", nil)
	bare.Skip = estate.Uncollected
	m := newMemory()
	tasks := []collect.Task{
		bare, task("1", failing(estate.CodeInvalid, "ValidationException")), task("2", failing(estate.CodeUnavailable, "")),
		task("3", partial(0, 1, 2, 3)), task("4", partial(3, 2, 1)), task("5", partial(0, 3)), task("6", partial(0)),
	}
	for i := range tasks {
		tasks[i].Explain = func(err error) source.Problem {
			var e *estate.Error
			_ = errors.As(err, &e) // it is one
			return source.Problem{Code: e.Code, Detail: e.Op}
		}
	}
	if err := run(t, t.Context(), m, tasks...); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, line := range m.lines {
		got[name] = string(line.Reason) + ", " + line.Detail
	}
	want := map[string]string{
		"aws/1/r/t": "malformed, question and answer did not fit: ValidationException",
		"aws/2/r/t": "unavailable, the service failed or did not answer",
		"aws/3/r/t": "denied, z and others could not be read: the credentials may not ask: AccessDenied",
		"aws/4/r/t": "denied, z and others could not be read: the credentials may not ask: AccessDenied",
		"aws/5/r/t": "malformed, a could not be read: question and answer did not fit",
		"aws/6/r/t": ", ",
		"aws/9/r/t": "not-collected, it was left out of this scan",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
