package posture

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store"
)

// Store is what a Keeper reads and writes.
type Store interface {
	Snapshot(ctx context.Context, at time.Time) (store.Snapshot, error)
	Mean(ctx context.Context, meanings []store.Meaning) error
	Judge(ctx context.Context, judged store.Judged) ([]store.Transition, error)
	Rank(ctx context.Context, ranked store.Ranked) ([]store.Transition, error)
	Mark(ctx context.Context, group string, point store.Point) error
	Setting(ctx context.Context, name string) (json.RawMessage, error)
	PutSetting(ctx context.Context, name string, value json.RawMessage) error
}

// ReadWhole notes that an account was read completely once: what is found from then on is
// new, and no longer the backlog that was there before.
func (k *Keeper) ReadWhole(ctx context.Context, cloud estate.Cloud, id string) error {
	name := readWhole(account{cloud, id})
	if known, err := k.Store.Setting(ctx, name); err != nil || known != nil {
		return err
	}
	at, err := json.Marshal(k.Now())
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "note a reading", "%w", err)
	}
	return k.Store.PutSetting(ctx, name, at)
}

// wasRead reports whether an account had been read completely once before a moment: what a
// snapshot of that moment shows of it is then all there is.
func (k *Keeper) wasRead(ctx context.Context, a account, before time.Time) (bool, error) {
	value, err := k.Store.Setting(ctx, readWhole(a))
	if err != nil || value == nil {
		return false, err
	}
	var at time.Time
	if err := json.Unmarshal(value, &at); err != nil {
		return false, estate.Errorf(estate.CodeInternal, "read when an account was read", "%w", err)
	}
	return at.Before(before), nil
}

// WasRead reports whether an account was read completely once.
func (k *Keeper) WasRead(ctx context.Context, cloud estate.Cloud, id string) (bool, error) {
	at, err := k.readAt(ctx, account{cloud, id})
	return !at.IsZero(), err
}

// readAt is when an account had been read completely for the first time; zero before.
func (k *Keeper) readAt(ctx context.Context, a account) (time.Time, error) {
	value, err := k.Store.Setting(ctx, readWhole(a))
	if err != nil || value == nil {
		return time.Time{}, err
	}
	var at time.Time
	if err := json.Unmarshal(value, &at); err != nil {
		return at, estate.Errorf(estate.CodeInternal, "tell when an account was read", "%w", err)
	}
	return at, nil
}

func readWhole(a account) string { return "read:" + string(a.cloud) + ":" + a.id }

// Keeper judges. It may be used concurrently.
type Keeper struct {
	Store   Store
	Library *policy.Library
	// Mapping is the user's mapping file; nil when there is none.
	Mapping *enrich.Mapping
	// Ranking makes what turns findings into issues, for one review.
	Ranking func(now time.Time) (Ranking, error)
	// Frameworks maps the ids of frameworks to the checks that they ask for.
	Frameworks map[string][]string
	// Due is how long findings and issues may stay open; nil for ever.
	Due store.Within
	// Workers is how many goroutines a review uses.
	Workers int
	Now     func() time.Time

	write writing

	mu       sync.Mutex
	standing *scan.Standing
	// version is that of what lay over the estate when standing was read.
	version string
}

// Ranking turns the findings of one review into the short list.
type Ranking interface {
	scan.Priorities
	// LeftOut returns how many identities were not followed.
	LeftOut() int
}

func (k *Keeper) judge(now time.Time) *scan.Judge {
	return &scan.Judge{Library: k.Library, Mapping: k.Mapping, Now: now, Workers: max(1, k.Workers), SkipPass: true}
}

// overlaid names the setting by which processes tell each other that what lies over the
// estate may have changed.
const overlaid = "overlaid"

// Overturn has every process read anew what lies over the estate's resources.
func (k *Keeper) Overturn(ctx context.Context) error {
	return k.Store.PutSetting(ctx, overlaid, json.RawMessage(strconv.Quote(rand.Text())))
}

// overlay returns the version of what lies over the estate's resources. It is asked for
// before the snapshot is taken from which that is read.
func (k *Keeper) overlay(ctx context.Context) (string, error) {
	version, err := k.Store.Setting(ctx, overlaid)
	return string(version), err
}

// stand returns what lies over the estate's resources. Anew has it read again.
func (k *Keeper) stand(snapshot store.Snapshot, version string, now time.Time, anew bool) (*scan.Standing, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.standing != nil && k.version == version && !anew {
		return k.standing, nil
	}
	standing, err := k.judge(now).Stand(snapshot)
	if err != nil {
		return nil, err
	}
	k.standing, k.version = standing, version
	return standing, nil
}

// stood keeps what lies over the estate's resources, as a review found it out.
func (k *Keeper) stood(standing *scan.Standing, version string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.standing, k.version = standing, version
}

// AccountName returns what the organisation calls an account; empty until that is known.
func (k *Keeper) AccountName(id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.standing == nil {
		return ""
	}
	return k.standing.AccountName(id)
}

// over reports whether resources of a type lay over others when that was last read, or may
// have: nothing was read yet.
func (k *Keeper) over(kind string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.standing == nil || k.standing.Over(kind)
}

// account names an account of a cloud.
type account struct {
	cloud estate.Cloud
	id    string
}
