package bench

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// Cloud is a simulated AWS organisation behind one local address. It speaks the wire
// protocols of all services: a few operations have content, all others answer with an
// empty page. It throttles, fails and refuses as its fields say.
type Cloud struct {
	// Accounts is how many accounts the organisation has, the first being the caller's.
	Accounts int
	// Regions are the regions that every account has.
	Regions []string
	// Content is what each account holds.
	Content Content
	// Seed decides about faults.
	Seed uint64
	// MinLatency and MaxLatency bound how long an answer takes.
	MinLatency, MaxLatency time.Duration
	// Throttled and Broken are how many of a thousand requests are throttled for no
	// reason that the caller could know, or end with an internal error.
	Throttled, Broken int
	// Dead is a region that never answers: it hangs for as long as Hang says, and then
	// cuts the connection. Empty for none.
	Dead string
	Hang time.Duration
	// Closed is an account whose role cannot be taken; empty for none.
	Closed string
	// Denied names a service for each account that refuses it whole.
	Denied map[string]string

	server *httptest.Server
	ledger ledger
	mu     sync.Mutex
	random *rand.Rand
	first  sync.Once
}

// Content is how much each account of a cloud holds, over its regions with content.
type Content struct{ Buckets, Roles, Instances, Volumes, Groups, Databases, Functions int }

// Total returns how many resources that is.
func (c Content) Total() int {
	return c.Buckets + c.Roles + c.Instances + c.Volumes + c.Groups + c.Databases + c.Functions
}

// Start opens the cloud on the loopback interface and returns its address.
func (c *Cloud) Start() string {
	c.random = rand.New(rand.NewPCG(c.Seed, 1))
	c.ledger.buckets = map[owner]*bucket{}
	c.server = httptest.NewServer(c)
	return c.server.URL
}

// Stop closes the cloud and whatever still hangs.
func (c *Cloud) Stop() {
	c.server.CloseClientConnections()
	c.server.Close()
}

// Home is the region in which global services answer.
const Home = "us-east-1"

// Busy reports whether an account holds anything in a region: in a quarter of them, the
// home region among them.
func (c *Cloud) Busy(account, region string) bool { return slices.Contains(c.busy(account), region) }

func (c *Cloud) busy(account string) []string {
	regions := []string{}
	shift := int(account[10]-'0')*10 + int(account[11]-'0')
	for i, r := range c.Regions {
		if r == Home || (i+shift)%4 == 0 {
			regions = append(regions, r)
		}
	}
	return regions
}

// ServeHTTP answers one request.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q, err := readRequest(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if q.region == c.Dead && c.Dead != "" {
		c.ledger.note(lost)
		hang(w, r, c.Hang)
		return
	}
	if !c.ledger.take(q, time.Now()) {
		c.wait(r, c.MinLatency, c.MinLatency)
		q.fail(w, throttled)
		return
	}
	c.wait(r, c.MinLatency, c.MaxLatency)
	switch fault := c.fault(q); fault {
	case none:
		c.answer(w, q)
	default:
		c.ledger.note(fault)
		q.fail(w, fault)
	}
}

// fault decides whether the request fails, and how. The very first request does not.
func (c *Cloud) fault(q *request) fault {
	if c.Denied[q.account] == q.service || (q.op == "AssumeRole" && c.Closed != "" && accountOf(q.form.Get("RoleArn")) == c.Closed) {
		return denied
	}
	opening := false
	c.first.Do(func() { opening = true })
	switch n := c.dice(1000); {
	case opening:
		return none
	case n < c.Throttled:
		return throttledAtRandom
	case n < c.Throttled+c.Broken:
		return broken
	default:
		return none
	}
}

func (c *Cloud) dice(sides int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(sides)
}

func (c *Cloud) wait(r *http.Request, shortest, longest time.Duration) {
	delay := shortest
	if more := int((longest - shortest).Microseconds()); more > 0 {
		delay += time.Duration(c.dice(more)) * time.Microsecond
	}
	pause(r, delay)
}

func pause(r *http.Request, delay time.Duration) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// hang holds the request without an answer and then cuts the connection.
func hang(w http.ResponseWriter, r *http.Request, long time.Duration) {
	pause(r, long)
	connection, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = connection.Close() // nobody is to hear of it
	}
}
