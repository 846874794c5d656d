//go:build unix

package server_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/store/postgres/pgtest"
)

// seed makes the moments of faults, which STANCE_SEED sets.
func seed(t *testing.T) *rand.Rand {
	t.Helper()
	n, err := strconv.ParseUint(os.Getenv("STANCE_SEED"), 10, 64)
	if err != nil {
		n = 1
	}
	t.Logf("STANCE_SEED=%d", n)
	return rand.New(rand.NewPCG(n, 0))
}

// while makes changes, one by one with pauses, and returns when all are made.
func while(t *testing.T, changes []*change, pause time.Duration) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, c := range changes {
			c.make(t)
			time.Sleep(pause)
		}
	}()
	return done
}

// drill is a server with an estate to change.
type drill struct {
	*setup
	cloud *cloud
	hook  *hook
	// early are changed while the accounts are first read, late when that has ended.
	early, late []*change
}

func newDrill(t *testing.T, early, late int) *drill {
	t.Helper()
	program := needs(t)
	d := &drill{cloud: startCloud(t), hook: startHook(t)}
	d.setup = newSetup(t, program, d.cloud, d.hook)
	d.early, d.late = d.cloud.prepare(t, "early", early), d.cloud.prepare(t, "late", late)
	return d
}

// undisturbed has another server read the estate as it is, and returns what that keeps.
func (d *drill) undisturbed(t *testing.T) picture {
	t.Helper()
	other := *d.setup
	other.queue, other.data, other.database, other.hook = "", filepath.Join(t.TempDir(), "other"), "", startHook(t).server.URL
	p := other.start(t, "serve")
	other.rest(t, d.cloud, 2*time.Minute)
	p.stop(t)
	return other.take(t)
}

// told holds what the webhook heard to what was changed.
func (d *drill) told(t *testing.T) {
	t.Helper()
	for _, c := range d.late {
		if n := len(d.hook.of(c, "new")); n != 1 {
			t.Errorf("of %s %s of %s it was told %d times", c.check, c.resource, c.account, n)
		}
	}
	for _, a := range d.hook.all() {
		if a.alert.Check != "" && (a.alert.Kind == "resolved" || a.alert.Kind == "regressed") {
			t.Errorf("nothing was mended, and yet %s: %s %s", a.alert.Kind, a.alert.Check, a.alert.Resource.ID)
		}
	}
	if len(d.hook.broken) > 0 {
		t.Errorf("broken messages: %v", d.hook.broken)
	}
	t.Logf("%d messages, %d of them more than once", len(d.hook.got), d.hook.again)
}

// TestKillSQLite kills a server while it reads and while it tells.
func TestKillSQLite(t *testing.T) {
	t.Parallel()
	d := newDrill(t, 6, size(15, 150))
	d.data = filepath.Join(t.TempDir(), "data")
	random := seed(t)
	changing := while(t, d.early, 500*time.Millisecond)
	for range size(3, 20) {
		p := d.start(t, "serve")
		p.working(t)
		time.Sleep(time.Duration(random.Int64N(int64(4 * time.Second))))
		p.kill()
	}
	<-changing
	p := d.start(t, "serve")
	d.rest(t, d.cloud, 5*time.Minute)
	changing = while(t, d.late, time.Second)
	for range size(4, 30) {
		time.Sleep(time.Duration(random.Int64N(int64(4 * time.Second))))
		p.kill()
		p = d.start(t, "serve")
		p.working(t)
	}
	<-changing
	d.rest(t, d.cloud, 5*time.Minute)
	p.stop(t)
	d.told(t)
	same(t, d.take(t), d.undisturbed(t))
}

// TestKillPostgres kills processes of a server that share a PostgreSQL.
func TestKillPostgres(t *testing.T) {
	t.Parallel()
	d := newDrill(t, 6, size(15, 150))
	d.database = pgtest.Database(t)
	random := seed(t)
	all := []*process{d.start(t, "serve"), d.start(t, "worker"), d.start(t, "worker")}
	commands := []string{"serve", "worker", "worker"}
	strike := func(pause time.Duration) {
		time.Sleep(time.Duration(random.Int64N(int64(pause))))
		i := random.IntN(len(all))
		all[i].kill()
		all[i] = d.start(t, commands[i])
	}
	for _, p := range all {
		p.working(t)
	}
	changing := while(t, d.early, 500*time.Millisecond)
	for range size(3, 20) {
		strike(3 * time.Second)
	}
	<-changing
	d.rest(t, d.cloud, 5*time.Minute)
	changing = while(t, d.late, time.Second)
	for range size(4, 30) {
		strike(4 * time.Second)
	}
	<-changing
	d.rest(t, d.cloud, 5*time.Minute)
	for _, p := range all {
		p.stop(t)
	}
	d.told(t)
	same(t, d.take(t), d.undisturbed(t))
}
