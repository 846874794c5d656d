//go:build unix

package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/stance-sec/stance/internal/store"
)

// post is a counter of a bad post office between two queues: it hands everything on twice and out of
// order, with messages among it that nobody can read.
type post struct {
	cloud    *cloud
	from, to string
	random   *rand.Rand
	hostile  []string
}

func (p *post) run(ctx context.Context, t *testing.T) {
	client := p.cloud.sqs()
	var held []string
	for ctx.Err() == nil {
		out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &p.from, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
		if err != nil {
			continue // the test ends
		}
		var bodies []string
		var taken []types.DeleteMessageBatchRequestEntry
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body, *m.Body)
			taken = append(taken, types.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
		}
		if len(taken) > 0 {
			if _, err := client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &p.from, Entries: taken}); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
		n := min(len(p.hostile), 10)
		bodies, p.hostile = append(bodies, p.hostile[:n]...), p.hostile[n:]
		p.random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
		late := len(bodies) / 4 // comes after what is sent later
		p.send(ctx, t, append(bodies[late:], held...))
		held = bodies[:late]
	}
}

func (p *post) send(ctx context.Context, t *testing.T, bodies []string) {
	for some := range slices.Chunk(bodies, 10) {
		var entries []types.SendMessageBatchRequestEntry
		for i, body := range some {
			entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint("m", i)), MessageBody: aws.String(body)})
		}
		out, err := p.cloud.sqs().SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &p.to, Entries: entries})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			t.Error(err)
		case len(out.Failed) > 0:
			t.Errorf("the queue refuses %d messages: %s", len(out.Failed), aws.ToString(out.Failed[0].Message))
		}
	}
}

// hostile returns n messages that are no events, all different.
func hostile(n int) []string {
	kinds := []string{
		`{`, `[%d]`, `"%d"`, `null %d`, `<xml>%d</xml>`, `{"detail": %d}`, `{"version": "0", "id": {"a": %d}}`, `%d`, strings.Repeat("[", 5000) + `%d`,
		`{"detail-type": "AWS API Call via CloudTrail", "detail": {"eventID": %d}}`, "\u202e" + `'; DROP TABLE resource; -- %d`, `{"a": "` + strings.Repeat("x", 20_000) + `", "b": %d`,
	}
	list := make([]string, n)
	for i := range list {
		list[i] = strings.Replace(kinds[i%len(kinds)], "%d", fmt.Sprint(i), 1)
		if kinds[i%len(kinds)] == "{" {
			list[i] = "{" + strings.Repeat(" ", i)
		}
	}
	return list
}

// TestChangeToAlert makes risky changes while everything is read again and again, and
// holds that each is told, once, however the queue behaves.
func TestChangeToAlert(t *testing.T) {
	t.Parallel()
	broken := size(120, 1000)
	d := newDrill(t, 0, size(45, 500))
	d.data = filepath.Join(t.TempDir(), "data")
	made, err := d.cloud.sqs().CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("delivered")})
	if err != nil {
		t.Fatal(err)
	}
	from, to, random := d.queue, d.cloud.endpoint+(*made.QueueUrl)[strings.LastIndex(*made.QueueUrl, "/123456789012/"):], seed(t)
	d.queue = to
	usual := []string{"--events-quiet", "2s", "--review-quiet", "20s"}
	d.more = usual
	p := d.start(t, "serve")
	d.rest(t, d.cloud, 10*time.Minute) // what comes later is told one by one
	p.stop(t)
	d.more = append(usual, "--slow", "25s")
	p = d.start(t, "serve")
	p.working(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for some := range slices.Chunk(hostile(broken), (broken+2)/3) {
		office := &post{cloud: d.cloud, from: from, to: to, random: rand.New(rand.NewPCG(random.Uint64(), 0)), hostile: some}
		go office.run(ctx, t)
	}
	<-while(t, d.late, 200*time.Millisecond)
	end := time.Now().Add(time.Minute)
	for time.Now().Before(end) && slices.ContainsFunc(d.late, func(c *change) bool { return len(d.hook.of(c, "new")) == 0 }) {
		time.Sleep(200 * time.Millisecond)
	}
	d.measure(t)
	d.putAside(t, broken)
	d.told(t)
	p.stop(t)
}

// measure says how long it took from the calls to the alerts.
func (d *drill) measure(t *testing.T) {
	t.Helper()
	var took []time.Duration
	for _, c := range d.late {
		if heard := d.hook.of(c, "new"); len(heard) > 0 {
			took = append(took, heard[0].at.Sub(c.at))
		}
	}
	if len(took) == 0 {
		t.Fatal("nothing was told")
	}
	slices.Sort(took)
	rank := func(percent int) time.Duration { return took[(len(took)*percent+99)/100-1].Round(time.Millisecond) }
	t.Logf("%d changes, from the call to the alert: p50 %s, p95 %s, p99 %s, longest %s", len(took), rank(50), rank(95), rank(99), rank(100))
	if os.Getenv("STANCE_LONG") != "" && rank(99) > 10*time.Second {
		t.Errorf("p99 is %s", rank(99))
	}
}

// putAside holds that every message that nobody can read is put aside, once.
func (d *drill) putAside(t *testing.T, want int) {
	t.Helper()
	kept := d.open(t)
	defer func() { _ = kept.Close() }()
	var got int
	for range 360 { // a message whose answer was lost is held back for a minute
		got = 0
		hashes := map[string]bool{}
		for page := (store.PageRequest{Limit: store.MaxLimit}); ; {
			dead, err := kept.DeadEvents(t.Context(), page)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range dead.Items {
				got++
				hashes[e.Hash] = true
				if e.Reason == "" || e.Size == 0 {
					t.Errorf("it is not said why: %+v", e)
				}
			}
			if page.Cursor = dead.Next; page.Cursor == "" {
				break
			}
		}
		if len(hashes) != got {
			t.Errorf("%d rows tell of %d messages", got, len(hashes))
		}
		if got >= want {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	if got != want {
		t.Errorf("%d of %d messages were put aside", got, want)
	}
}
