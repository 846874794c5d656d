package events

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// batch is how many messages one request to SQS may speak of.
const batch = 10

// settling is how long a request that settles messages may take.
const settling = 15 * time.Second

// holder knows the messages that were received and not yet done with.
type holder struct {
	queue  *Queue
	reader Reader
	room   chan struct{} // there may be room for more
	wake   chan struct{} // there may be something to settle

	mu    sync.Mutex
	held  map[string]time.Time // until when, by receipt
	gone  []string             // receipts to delete
	again []string             // receipts to hand out again
}

// awaitRoom returns when another batch may be received; false when ctx ended.
func (h *holder) awaitRoom(ctx context.Context) bool {
	for ctx.Err() == nil {
		h.mu.Lock()
		room := len(h.held)+batch <= max(h.reader.Open, batch)
		h.mu.Unlock()
		if room {
			return true
		}
		select {
		case <-ctx.Done():
		case <-h.room:
		}
	}
	return false
}

func (h *holder) take(m types.Message) {
	receipt := aws.ToString(m.ReceiptHandle)
	if receipt == "" {
		return
	}
	h.mu.Lock()
	h.held[receipt] = time.Now().Add(h.reader.Hold)
	h.mu.Unlock()
	h.reader.Take(messageOf(m), func(err error) { h.done(receipt, err) })
}

func (h *holder) done(receipt string, err error) {
	h.mu.Lock()
	_, known := h.held[receipt]
	delete(h.held, receipt)
	switch {
	case !known:
	case err == nil:
		h.gone = append(h.gone, receipt)
	default:
		h.again = append(h.again, receipt)
	}
	h.mu.Unlock()
	for _, c := range []chan struct{}{h.wake, h.room} {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// keep deletes what is done with and holds back the rest, until stopped.
func (h *holder) keep(stopped <-chan struct{}) {
	tick := time.NewTicker(max(h.reader.Hold/4, 10*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-stopped:
			return
		case <-tick.C:
			h.change(h.ending(), h.reader.Hold)
			h.settle()
		case <-h.wake:
			h.settle()
		}
	}
}

// ending returns the receipts whose time runs out soon, and gives them more.
func (h *holder) ending() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	now := time.Now()
	for receipt, until := range h.held {
		if until.Sub(now) < h.reader.Hold/2 {
			h.held[receipt] = now.Add(h.reader.Hold)
			list = append(list, receipt)
		}
	}
	return list
}

// settle deletes what is done with, or gives it back. A deletion that fails is tried again
// at the next tick; should the process end before, the message comes again.
func (h *holder) settle() {
	h.mu.Lock()
	gone, again := h.gone, h.again
	h.gone, h.again = nil, nil
	h.mu.Unlock()
	h.change(again, h.reader.Again)
	failed := h.remove(gone)
	h.mu.Lock()
	h.gone = append(h.gone, failed...)
	h.mu.Unlock()
}

// remove deletes messages and returns the receipts of those that may be there still.
func (h *holder) remove(receipts []string) (failed []string) {
	for chunk := range slices.Chunk(receipts, batch) {
		var entries []types.DeleteMessageBatchRequestEntry
		for i := range chunk {
			entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &chunk[i]})
		}
		ctx, cancel := context.WithTimeout(context.Background(), settling) // also when reading has ended
		out, err := h.queue.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &h.queue.url, Entries: entries})
		cancel()
		if err != nil {
			failed = append(failed, chunk...)
			continue
		}
		for _, f := range out.Failed {
			if i, err := strconv.Atoi(aws.ToString(f.Id)); err == nil && i >= 0 && i < len(chunk) && !f.SenderFault {
				failed = append(failed, chunk[i])
			}
		}
	}
	return failed
}

// change hides messages from readers for a time, zero to give them back. Where it fails
// they become visible when their time runs out, as after a crash.
func (h *holder) change(receipts []string, hold time.Duration) {
	for chunk := range slices.Chunk(receipts, batch) {
		var entries []types.ChangeMessageVisibilityBatchRequestEntry
		for i := range chunk {
			entries = append(entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &chunk[i], VisibilityTimeout: seconds(hold)})
		}
		ctx, cancel := context.WithTimeout(context.Background(), settling)
		_, _ = h.queue.client.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &h.queue.url, Entries: entries})
		cancel()
	}
}

// giveBack lets other readers have what is still held.
func (h *holder) giveBack() {
	h.settle()
	h.mu.Lock()
	list := make([]string, 0, len(h.held))
	for receipt := range h.held {
		list = append(list, receipt)
	}
	clear(h.held)
	h.mu.Unlock()
	h.change(list, 0)
}
