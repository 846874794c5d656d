// Package notifytest is the suite that every channel passes: what is promised by
// notify.Channel, tried against a double of the receiver.
package notifytest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/action/notify"
)

// Answer is what a receiver does with a message.
type Answer int

// The answers.
const (
	Take     Answer = iota // it takes the message
	Throttle               // it asks to be left alone, for seven seconds where it can say so
	Fail                   // it is broken, for now
	Refuse                 // it will never take this
	Deny                   // it does not know who asks
	Hang                   // it says nothing
	Break                  // it ends the connection
)

// Double is a receiver for tests, with the channel that leads to it.
type Double struct {
	Channel notify.Channel
	// Set says what the receiver does from now on.
	Set func(Answer)
	// Raw returns what came over the wire, oldest first.
	Raw func() []string
	// Came receives one value for every message that came.
	Came <-chan struct{}
	// Shown returns how many messages people see at a receiver that honours keys; nil when
	// the receiver knows no keys.
	Shown func() int
	// Stop takes the receiver down.
	Stop func()
	// Secrets are the texts that may show nowhere but at the receiver.
	Secrets []string
}

// Suite says what a channel and its receiver can do.
type Suite struct {
	// New returns a receiver of its own for every test. It reports what breaks the wire
	// format to t.
	New func(t *testing.T) *Double
	// Answers are those, beside Take, that the transport can express.
	Answers []Answer
	// Silent is whether Throttle names no time.
	Silent bool
	// Deaf is whether the transport cannot tell that the receiver is down.
	Deaf bool
	// MostBytes is how long a message may be on the wire.
	MostBytes int
}

// all are the answers that an HTTP receiver can give, beside Take.
var all = []Answer{Throttle, Fail, Refuse, Deny, Hang, Break}

// Run runs the suite.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	if s.Answers == nil {
		s.Answers = all
	}
	t.Run("kinds", s.kinds)
	t.Run("hostile", s.hostile)
	t.Run("again", s.again)
	t.Run("answers", s.answers)
	t.Run("stopped", s.stopped)
	t.Run("parallel", s.parallel)
}

// sent sends the alert and fails the test when the receiver does not take it, or when the
// channel changes what it was given.
func sent(t *testing.T, d *Double, a notify.Alert) {
	t.Helper()
	before := a
	before.Items, before.Frameworks = slices.Clone(a.Items), slices.Clone(a.Frameworks)
	if _, err := d.Channel.Send(t.Context(), &a); err != nil {
		t.Fatalf("%s: %v", a.Kind, err)
	}
	if !reflect.DeepEqual(before, a) {
		t.Errorf("the channel changed the alert")
	}
}

func (s Suite) kinds(t *testing.T) {
	d := s.New(t)
	for _, kind := range notify.Kinds() {
		before := len(d.Raw())
		sent(t, d, Sample("kind-"+string(kind), kind))
		s.wait(t, d)
		if len(d.Raw()) == before {
			t.Errorf("%s: nothing came", kind)
		}
	}
	s.sizes(t, d)
	if s.Shown(d) == 0 {
		t.Error("nobody sees anything")
	}
}

// Shown returns how many messages people see, 1 when the receiver cannot tell.
func (s Suite) Shown(d *Double) int {
	if d.Shown == nil {
		return 1
	}
	return d.Shown()
}

// wait waits until one message came.
func (s Suite) wait(t *testing.T, d *Double) {
	t.Helper()
	select {
	case <-d.Came:
	case <-t.Context().Done():
	}
}

func (s Suite) hostile(t *testing.T) {
	d := s.New(t)
	for i, text := range Hostile() {
		for _, kind := range []notify.Kind{notify.New, notify.Resolved} {
			sent(t, d, Filled(fmt.Sprintf("hostile-%d", i), kind, text))
		}
	}
	sent(t, d, Many("many", 1000))
	sent(t, d, notify.Alert{Key: "empty"})
	sent(t, d, notify.TestAlert("test", now))
	s.sizes(t, d)
}

func (s Suite) sizes(t *testing.T, d *Double) {
	t.Helper()
	for _, raw := range d.Raw() {
		if len(raw) > s.MostBytes {
			t.Errorf("a message has %d bytes, more than %d: %.200q", len(raw), s.MostBytes, raw)
		}
	}
}

// again sends what was sent before, as happens when a process dies before it notes that a
// message was taken.
func (s Suite) again(t *testing.T) {
	d := s.New(t)
	if d.Shown == nil {
		t.Skip("the receiver knows no keys")
	}
	for range 3 {
		sent(t, d, Sample("one", notify.New))
	}
	sent(t, d, Sample("two", notify.New))
	if got := d.Shown(); got != 2 {
		t.Errorf("people see %d messages of two alerts", got)
	}
}

func (s Suite) answers(t *testing.T) {
	for _, answer := range s.Answers {
		t.Run(fmt.Sprint(answer), func(t *testing.T) {
			d := s.New(t)
			d.Set(answer)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if answer == Hang {
				go func() {
					<-d.Came
					cancel()
				}()
			}
			a := Sample("one", notify.New)
			_, err := d.Channel.Send(ctx, &a)
			if err == nil {
				t.Fatal("the channel reports success")
			}
			wait, again := notify.Later(err)
			if want := answer != Refuse && answer != Deny; again != want {
				t.Errorf("a later attempt may succeed: %v, want %v (%v)", again, want, err)
			}
			if answer == Throttle && !s.Silent && wait != 7*time.Second {
				t.Errorf("wait %v, want the receiver's 7s", wait)
			}
			secretsStay(t, d, err)
			d.Set(Take)
			sent(t, d, a)
		})
	}
}

func (s Suite) stopped(t *testing.T) {
	d := s.New(t)
	d.Stop()
	a := Sample("one", notify.New)
	_, err := d.Channel.Send(t.Context(), &a)
	if _, again := notify.Later(err); !again && !s.Deaf {
		t.Errorf("a receiver that is down is no reason to try later: %v", err)
	}
	secretsStay(t, d, err)
	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = d.Channel.Send(done, &a)
	if _, again := notify.Later(err); !again {
		t.Errorf("a cancelled attempt is no reason to try later: %v", err)
	}
}

// secretsStay fails the test when the error or the channel shows a secret.
func secretsStay(t *testing.T, d *Double, err error) {
	t.Helper()
	var shown strings.Builder
	for _, v := range []any{err, d.Channel} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			fmt.Fprintf(&shown, verb, v)
		}
	}
	if text, err := json.Marshal(d.Channel); err == nil {
		shown.Write(text)
	}
	for _, secret := range d.Secrets {
		for _, form := range []string{secret, fmt.Sprintf("%x", secret)} {
			if strings.Contains(shown.String(), form) {
				t.Errorf("the secret %q shows: %v", secret, err)
			}
		}
	}
}

func (s Suite) parallel(t *testing.T) {
	d := s.New(t)
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			a := Sample(fmt.Sprintf("parallel-%d", i), notify.New)
			_, errs[i] = d.Channel.Send(t.Context(), &a)
		})
	}
	group.Wait()
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		t.Error(errs[i])
	}
	if d.Shown != nil && d.Shown() != len(errs) {
		t.Errorf("people see %d messages of %d", d.Shown(), len(errs))
	}
}
