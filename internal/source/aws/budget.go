package aws

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/time/rate"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Rate is how fast one service may be asked in one region of one account.
type Rate struct {
	// PerSecond is the steady rate.
	PerSecond float64
	// Burst is how many requests may go out at once.
	Burst int
}

// defaultRate is for services whose limits AWS does not publish.
var defaultRate = Rate{PerSecond: 15, Burst: 30}

// rates are about half of what AWS lets an account do, so that what runs there keeps
// its share. Sources: "Request throttling for the Amazon EC2 API", "Lambda quotas",
// and the limits that peers measured (shared research, throttling facts).
var rates = map[string]Rate{
	"EC2":                       {PerSecond: 10, Burst: 50},
	"IAM":                       {PerSecond: 8, Burst: 20},
	"Lambda":                    {PerSecond: 7, Burst: 10},
	"Route 53":                  {PerSecond: 2.5, Burst: 5},
	"WAFV2":                     {PerSecond: 2.5, Burst: 5},
	"CloudFront":                {PerSecond: 2.5, Burst: 5},
	"Kinesis":                   {PerSecond: 2.5, Burst: 5},
	"CloudTrail":                {PerSecond: 5, Burst: 10},
	"CloudTrail LookupEvents":   {PerSecond: 1, Burst: 2}, // of two that LookupEvents documents
	"Organizations":             {PerSecond: 5, Burst: 10},
	"Service Quotas":            {PerSecond: 2, Burst: 4},
	"API Gateway":               {PerSecond: 5, Burst: 10},
	"S3":                        {PerSecond: 50, Burst: 100},
	"Elastic Load Balancing":    {PerSecond: 10, Burst: 20},
	"Elastic Load Balancing v2": {PerSecond: 10, Burst: 20},
}

// Budgets holds the request budgets of a scan, one per account, region and service.
// They shrink to half when AWS throttles and grow back slowly. Safe for concurrent use.
type Budgets struct {
	// Scale multiplies every rate; 1 is the default share.
	Scale float64

	mu       sync.Mutex
	limiters map[place]*budget
	sweepAt  int
	outages  map[string]*outage
}

// place is what AWS counts requests for; the service may be one operation of it.
type place struct{ account, region, service string }

// sweepFrom is how many budgets there may be before those that are whole are let go.
const sweepFrom = 2048

// NewBudgets returns budgets at the given share of the defaults.
func NewBudgets(scale float64) *Budgets {
	return &Budgets{Scale: scale, limiters: map[place]*budget{}, sweepAt: sweepFrom, outages: map[string]*outage{}}
}

type budget struct {
	limiter *rate.Limiter
	full    rate.Limit
	turn    chan struct{} // held by the one request that waits and is not urgent
}

// wait returns when the budget has a request to spend. Of the requests that are not
// urgent one at a time stands before the limiter, so that an urgent one comes next.
func (g *budget) wait(ctx context.Context) error {
	if isUrgent(ctx) {
		return g.limiter.Wait(ctx)
	}
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-g.turn }()
	return g.limiter.Wait(ctx)
}

type urgentKey struct{}

// urgently returns a context whose requests come before those of a scan.
func urgently(ctx context.Context) context.Context {
	return context.WithValue(ctx, urgentKey{}, true)
}

func isUrgent(ctx context.Context) bool { return ctx.Value(urgentKey{}) != nil }

// counted returns what a request counts for: the operation where AWS limits it on its own,
// or else the service.
func counted(service, operation string) string {
	if _, ok := rates[service+" "+operation]; ok {
		return service + " " + operation
	}
	return service
}

func (b *Budgets) get(account, region, service string) *budget {
	key := place{account, region, service}
	b.mu.Lock()
	defer b.mu.Unlock()
	if found, ok := b.limiters[key]; ok {
		return found
	}
	b.sweep()
	r, ok := rates[service]
	if !ok {
		r = defaultRate
	}
	full := rate.Limit(r.PerSecond * b.Scale)
	made := &budget{limiter: rate.NewLimiter(full, max(1, int(float64(r.Burst)*b.Scale))), full: full, turn: make(chan struct{}, 1)}
	b.limiters[key] = made
	return made
}

// sweep lets go of the budgets of which nothing is spent, which are as good as new ones,
// so that their number follows what is being read and not what there is.
func (b *Budgets) sweep() {
	if len(b.limiters) < b.sweepAt {
		return
	}
	for key, g := range b.limiters {
		if g.limiter.Limit() == g.full && g.limiter.Tokens() >= float64(g.limiter.Burst()) {
			delete(b.limiters, key)
		}
	}
	b.sweepAt = max(sweepFrom, 2*len(b.limiters))
}

// slower halves the rate, down to a request every two seconds.
func (g *budget) slower() { g.limiter.SetLimit(max(g.limiter.Limit()/2, 0.5)) }

// recover adds a fiftieth of the full rate.
func (g *budget) recover() {
	if now := g.limiter.Limit(); now < g.full {
		g.limiter.SetLimit(min(g.full, now+g.full/50))
	}
}

// outage remembers whether a region was ever reached. A region that answered once is
// never given up: its requests are retried as any other.
type outage struct {
	mu       sync.Mutex
	answered bool
	fails    int
}

// outageAfter is how many requests in a row may fail to connect before a region that
// never answered is given up for the rest of the scan.
const outageAfter = 12

func (b *Budgets) outage(region string) *outage {
	b.mu.Lock()
	defer b.mu.Unlock()
	o, ok := b.outages[region]
	if !ok {
		o = &outage{}
		b.outages[region] = o
	}
	return o
}

// givenUp reports whether further requests to the region are futile.
func (o *outage) givenUp() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.answered && o.fails >= outageAfter
}

func (o *outage) note(unreachable bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if unreachable {
		o.fails++
		return
	}
	o.answered = true
}

// spend returns the middleware that waits for budget before each attempt, counts it,
// and learns from its outcome.
func (b *Budgets) spend(account string) func(*middleware.Stack) error {
	m := middleware.FinalizeMiddlewareFunc("StanceBudget", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		region := awsmiddleware.GetRegion(ctx)
		down := b.outage(region)
		if down.givenUp() {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, estate.Errorf(estate.CodeUnavailable, "call "+region, "the region does not answer")
		}
		share := b.get(account, region, counted(awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)))
		if err := share.wait(ctx); err != nil {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, err
		}
		source.MeterOf(ctx).Count()
		out, meta, err := next.HandleFinalize(ctx, in)
		b.learn(ctx, share, down, err)
		return out, meta, err
	})
	return func(stack *middleware.Stack) error { return stack.Finalize.Insert(m, "Retry", middleware.After) }
}

func (b *Budgets) learn(ctx context.Context, share *budget, down *outage, err error) {
	if ctx.Err() != nil {
		return
	}
	if err != nil && Explain(err).Code == estate.CodeThrottled {
		share.slower()
	} else {
		share.recover()
	}
	down.note(unreachable(err))
}

// unreachable reports whether the request got no answer at all: no connection, a cut
// one, or silence.
func unreachable(err error) bool {
	var broken net.Error
	return err != nil && statusOf(err) == 0 && (errors.As(err, &broken) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
}

// retryer returns the SDK's retries without its client-side quota, which would start
// to fail calls unasked in a long scan.
func retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 6
		o.MaxBackoff = 20 * time.Second
		o.RateLimiter = ratelimit.None
	})
}
