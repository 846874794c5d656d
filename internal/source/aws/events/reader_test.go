package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/source/aws/events"
)

// queue is an SQS of one queue in memory: a message that is not deleted is there until
// its hiding ends, which the test decides.
type queue struct {
	mu       sync.Mutex
	visible  []string
	hidden   map[string]bool
	deleted  map[string]int
	extended map[string]int
	broken   bool
	ops      map[string]int
}

func (q *queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	q.ops[op]++
	if q.broken {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var in struct {
		Entries []struct {
			Id, ReceiptHandle string
			VisibilityTimeout int
		}
	}
	_ = json.NewDecoder(r.Body).Decode(&in) // a request without entries has none
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	ok := []map[string]string{}
	for _, e := range in.Entries {
		ok = append(ok, map[string]string{"Id": e.Id})
		switch {
		case op == "DeleteMessageBatch":
			q.deleted[e.ReceiptHandle]++
			delete(q.hidden, e.ReceiptHandle)
		case e.VisibilityTimeout == 0:
			delete(q.hidden, e.ReceiptHandle)
			q.visible = append(q.visible, e.ReceiptHandle)
		default:
			q.extended[e.ReceiptHandle] = e.VisibilityTimeout
		}
	}
	out := map[string]any{"Successful": ok, "Failed": []string{}, "Attributes": map[string]string{"ApproximateNumberOfMessages": fmt.Sprint(len(q.visible)), "ApproximateNumberOfMessagesNotVisible": fmt.Sprint(len(q.hidden))}}
	if op == "ReceiveMessage" {
		var list []map[string]any
		for range min(10, len(q.visible)) {
			id := q.visible[0]
			q.visible, q.hidden[id] = q.visible[1:], true
			list = append(list, map[string]any{"MessageId": id, "ReceiptHandle": id, "Body": "body of " + id, "Attributes": map[string]string{"SentTimestamp": "1772359200000", "ApproximateReceiveCount": "2"}})
		}
		out = map[string]any{"Messages": list}
		if list == nil {
			time.Sleep(5 * time.Millisecond) // instead of twenty seconds
		}
	}
	_ = json.NewEncoder(w).Encode(out) // the client may have gone
}

func open(t *testing.T, messages int) (*queue, *events.Queue) {
	t.Helper()
	double := &queue{hidden: map[string]bool{}, deleted: map[string]int{}, extended: map[string]int{}, ops: map[string]int{}}
	for i := range messages {
		double.visible = append(double.visible, fmt.Sprint("m", i))
	}
	server := httptest.NewServer(double)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	t.Setenv("AWS_CA_BUNDLE", "")
	q, err := events.Open(t.Context(), events.Options{Queue: server.URL + "/123456789012/events", Endpoint: server.URL, Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	return double, q
}

func (q *queue) until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for range 2000 {
		q.mu.Lock()
		ok := reached()
		q.mu.Unlock()
		if ok {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("never %s", what)
}

func TestOnlyWhatIsKeptLeavesTheQueue(t *testing.T) {
	double, q := open(t, 30)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var readers sync.WaitGroup
	var mu sync.Mutex
	var late []func(error)
	for range 3 {
		readers.Go(func() {
			q.Run(ctx, events.Reader{Hold: 200 * time.Millisecond, Again: 7 * time.Second, Take: func(m events.Message, done func(error)) {
				if m.Body != "body of "+m.ID || m.Received != 2 || m.Sent.Year() != 2026 {
					t.Errorf("message %+v", m)
				}
				switch m.ID {
				case "m3":
					done(errors.New("the store is full"))
				case "m4", "m5":
					mu.Lock()
					defer mu.Unlock()
					late = append(late, done)
				default:
					done(nil)
					done(errors.New("a second word")) // does not count
				}
			}})
		})
	}
	double.until(t, "27 deleted", func() bool { return len(double.deleted) == 27 })
	double.until(t, "held on to what is not kept", func() bool { return double.extended["m4"] == 1 && double.extended["m3"] == 7 })
	mu.Lock()
	late[0](nil)
	mu.Unlock()
	double.until(t, "28 deleted", func() bool { return len(double.deleted) == 28 })
	stop()
	readers.Wait()
	double.mu.Lock()
	defer double.mu.Unlock()
	if len(double.visible) != 1 || len(double.hidden) != 1 || !double.hidden["m3"] {
		t.Errorf("given back %v, hidden %v", double.visible, double.hidden)
	}
	for id, n := range double.deleted {
		if n != 1 {
			t.Errorf("%s was deleted %d times", id, n)
		}
	}
}

func TestAnOutageIsToldOnceAndOutlived(t *testing.T) {
	double, q := open(t, 1)
	double.broken = true
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	var told []error
	var reader sync.WaitGroup
	reader.Go(func() {
		q.Run(ctx, events.Reader{
			Backoff: 10 * time.Millisecond, Take: func(_ events.Message, done func(error)) { done(nil) },
			Trouble: func(err error) {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, err)
			},
		})
	})
	double.until(t, "asked thrice", func() bool { return double.ops["ReceiveMessage"] >= 3 })
	double.mu.Lock()
	double.broken = false
	double.mu.Unlock()
	double.until(t, "deleted", func() bool { return double.deleted["m0"] == 1 })
	stop()
	reader.Wait()
	mu.Lock()
	defer mu.Unlock()
	if len(told) < 2 || told[0] == nil || told[len(told)-1] != nil {
		t.Errorf("told %v", told)
	}
}

func TestNoMoreIsHeldThanAllowed(t *testing.T) {
	double, q := open(t, 100)
	ctx, stop := context.WithCancel(t.Context())
	var reader sync.WaitGroup
	taken := make(chan func(error), 100)
	reader.Go(func() {
		q.Run(ctx, events.Reader{Open: 20, Take: func(_ events.Message, done func(error)) { taken <- done }})
	})
	double.until(t, "20 held", func() bool { return len(double.hidden) == 20 })
	if waiting, held, err := q.Depth(t.Context()); err != nil || waiting != 80 || held != 20 {
		t.Errorf("%d wait and %d are held, %v", waiting, held, err)
	}
	for range 100 {
		(<-taken)(nil)
	}
	double.until(t, "all deleted", func() bool { return len(double.deleted) == 100 })
	stop()
	reader.Wait()
}

func TestWhatIsNoQueue(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "stance-events", "arn:aws:sqs:eu-west-1:123456789012:stance-events", "https://sqs.eu-west-1.amazonaws.com/", "ftp://a/b/c", "http://[::1"} {
		if _, err := events.Open(t.Context(), events.Options{Queue: address}); err == nil {
			t.Errorf("%q was opened", address)
		}
	}
}
