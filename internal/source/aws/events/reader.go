package events

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Message is one message of the queue.
type Message struct {
	// ID is the queue's own; the same when the message comes again.
	ID string
	// Body is the text as it was sent.
	Body string
	// Sent is when it was put into the queue; zero when the queue does not say.
	Sent time.Time
	// Received is how often it was handed out, this time included.
	Received int
}

// Reader tunes reading. Take must be set; zero values stand for the usual.
type Reader struct {
	// Take is called for each message, one call at a time. When done is called with nil the
	// message is durably kept (as an event, or as a dead letter) or of no use, and leaves the
	// queue; with an error it comes again later. done may be called at any time, from any
	// goroutine; only the first call counts. Until then other readers do not see the message.
	Take func(m Message, done func(error))
	// Trouble is told when the queue does not answer, and with nil when it does again.
	Trouble func(error)
	// Hold is for how long messages are held back at a time; a minute when zero.
	Hold time.Duration
	// Again is when a message that could not be kept comes again; ten seconds when zero.
	Again time.Duration
	// Open bounds the messages that are held at once; 1,000 when zero.
	Open int
	// Backoff is the longest pause while the queue does not answer; a minute when zero.
	Backoff time.Duration
}

func (r *Reader) defaults() {
	set := func(d *time.Duration, usual time.Duration) {
		if *d <= 0 {
			*d = usual
		}
	}
	set(&r.Hold, time.Minute)
	set(&r.Again, 10*time.Second)
	set(&r.Backoff, time.Minute)
	if r.Open <= 0 {
		r.Open = 1000
	}
	if r.Trouble == nil {
		r.Trouble = func(error) {}
	}
}

// Run reads until ctx ends, then gives back what is held and returns. Several may run on
// one queue, here and elsewhere.
func (q *Queue) Run(ctx context.Context, r Reader) {
	r.defaults()
	h := &holder{queue: q, reader: r, held: map[string]time.Time{}, room: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
	var keeper sync.WaitGroup
	stopped := make(chan struct{})
	keeper.Go(func() { h.keep(stopped) })
	q.receive(ctx, r, h)
	close(stopped)
	keeper.Wait()
	h.giveBack()
}

// receive asks for messages until ctx ends.
func (q *Queue) receive(ctx context.Context, r Reader, h *holder) {
	pause := time.Duration(0)
	for h.awaitRoom(ctx) {
		out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &q.url, MaxNumberOfMessages: batch, WaitTimeSeconds: int32(wait / time.Second), VisibilityTimeout: seconds(r.Hold),
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameSentTimestamp, types.MessageSystemAttributeNameApproximateReceiveCount},
		})
		switch {
		case err != nil && ctx.Err() != nil:
			return
		case err != nil:
			r.Trouble(err)
			pause = min(max(2*pause, 250*time.Millisecond), r.Backoff)
			sleep(ctx, pause)
			continue
		case pause > 0:
			pause = 0
			r.Trouble(nil)
		}
		for _, m := range out.Messages {
			h.take(m)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func seconds(d time.Duration) int32 { return int32((d + time.Second - 1) / time.Second) }

func messageOf(m types.Message) Message {
	out := Message{ID: aws.ToString(m.MessageId), Body: aws.ToString(m.Body)}
	if ms, err := strconv.ParseInt(m.Attributes["SentTimestamp"], 10, 64); err == nil {
		out.Sent = time.UnixMilli(ms).UTC()
	}
	if n, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]); err == nil {
		out.Received = n
	}
	return out
}
