package bench

import (
	"sync"
	"time"
)

// limit is what AWS lets an account do: requests in a second, and at once.
type limit struct{ rate, burst float64 }

// limits are those of AWS per account, region and service, by the name under which
// requests are signed: documented for EC2 and Lambda, measured by peers for the others.
// Stance takes half of each.
var limits = map[string]limit{
	"ec2": {20, 100}, "iam": {16, 40}, "lambda": {14, 20}, "route53": {5, 10}, "wafv2": {5, 10}, "cloudfront": {5, 10}, "kinesis": {5, 10},
	"cloudtrail": {10, 20}, "organizations": {10, 20}, "servicequotas": {4, 8}, "apigateway": {10, 20}, "s3": {100, 200},
	"elasticloadbalancing": {20, 40},
}

// otherLimit is that of services whose limits nobody knows.
var otherLimit = limit{30, 60}

// owner is what a bucket of tokens belongs to.
type owner struct{ account, region, service string }

// bucket is a bucket of tokens, with what was taken from it.
type bucket struct {
	limit
	tokens float64
	filled time.Time
	calls  int
}

// Tally is what a cloud was asked.
type Tally struct {
	// Calls are all requests, retries included.
	Calls int
	// OverLimit were throttled because a bucket was empty, AtRandom for no reason.
	OverLimit, AtRandom int
	// Broken ended with an internal error, Denied were refused, Lost had no answer.
	Broken, Denied, Lost int
	// FloorOfAWS is how long the fullest bucket takes at AWS's own limits, and
	// FloorOfBudget at half of them.
	FloorOfAWS, FloorOfBudget time.Duration
	// Fullest is that bucket: account, region and service.
	Fullest string
	// ByService are the calls by service.
	ByService map[string]int
}

// ledger counts requests and holds the buckets. It may be used concurrently.
type ledger struct {
	mu      sync.Mutex
	buckets map[owner]*bucket
	faults  [lost + 1]int
}

// take takes a token, and reports whether there was one.
func (l *ledger) take(q *request, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := owner{q.account, q.region, q.service}
	b, ok := l.buckets[at]
	if !ok {
		of, known := limits[q.service]
		if !known {
			of = otherLimit
		}
		b = &bucket{limit: of, tokens: of.burst, filled: now}
		l.buckets[at] = b
	}
	b.calls++
	b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.filled).Seconds())
	b.filled = now
	if b.tokens < 1 {
		l.faults[throttled]++
		return false
	}
	b.tokens--
	return true
}

// note counts a fault.
func (l *ledger) note(f fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults[f]++
}

// Tally returns what the cloud was asked so far.
func (c *Cloud) Tally() Tally {
	l := &c.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	t := Tally{
		Calls: l.faults[lost], OverLimit: l.faults[throttled], AtRandom: l.faults[throttledAtRandom], Broken: l.faults[broken],
		Denied: l.faults[denied], Lost: l.faults[lost], ByService: map[string]int{},
	}
	for at, b := range l.buckets {
		t.Calls += b.calls
		t.ByService[at.service] += b.calls
		half := limit{b.rate / 2, b.burst / 2}
		if floor := half.floor(b.calls); floor > t.FloorOfBudget {
			t.FloorOfBudget, t.FloorOfAWS, t.Fullest = floor, b.floor(b.calls), at.account+"/"+at.region+"/"+at.service
		}
	}
	return t
}

// floor is how long it takes until so many calls may be made.
func (l limit) floor(calls int) time.Duration {
	return max(0, time.Duration((float64(calls)-l.burst)/l.rate*float64(time.Second)))
}
