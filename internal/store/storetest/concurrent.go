package storetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// together runs so many at once and fails with the first error.
func (b *bench) together(n int, do func(i int) error) {
	b.Helper()
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = do(i) })
	}
	wait.Wait()
	for _, err := range errs {
		b.must(err)
	}
}

var concurrentTests = []test{
	{"SnapshotsHoldNobodyUp", func(b *bench) {
		scope := in("1")
		b.read(scope, at(1), thing{id: "a", content: "1"})
		const many = 12 // more than the readers of a small machine
		var open sync.WaitGroup
		open.Add(many)
		b.together(many, func(i int) error {
			snapshot, err := b.Snapshot(b.Context(), at(2))
			open.Done()
			if err != nil {
				return err
			}
			defer snapshot.Close() //nolint:errcheck // only read
			open.Wait()            // all are held now, and each goes on to ask and to write
			if _, err := b.RouterState(b.Context()); err != nil {
				return err
			}
			return b.Mean(b.Context(), []store.Meaning{{Key: store.Key{Account: "1", ID: "a"}, Owner: fmt.Sprint(i)}})
		})
	}},
	{"ScopesAreWrittenAtOnce", func(b *bench) {
		b.together(8, func(i int) error {
			scope := in(fmt.Sprint(i % 4))
			scope.Region = fmt.Sprint(i)
			for round := range 5 {
				w, err := b.Begin(b.Context(), scope, cause)
				if err != nil {
					return err
				}
				var wait sync.WaitGroup
				for r := range 20 {
					line := b.line(scope, thing{id: fmt.Sprint(r), content: fmt.Sprint(round * (r % 2))})
					wait.Go(func() { _ = w.Add(fmt.Sprint(r), line) })
				}
				wait.Wait()
				if _, err := w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Read: at(round + 1)}); err != nil {
					return err
				}
				if _, err := b.Judge(b.Context(), store.Judged{Account: scope.Account, At: at(round + 1), Keys: keys(scope.Account, fmt.Sprint(i)), Findings: []estate.Finding{fails(scope.Account, fmt.Sprint(i), "x", estate.Low)}}); err != nil {
					return err
				}
				if err := b.Mean(b.Context(), []store.Meaning{{Key: store.Key{Account: scope.Account, ID: fmt.Sprint(i)}, Owner: fmt.Sprint(round)}}); err != nil {
					return err
				}
			}
			return nil
		})
		list, err := b.Tally(b.Context(), everything, "type")
		b.must(err)
		equal(b, counts(list), "aws_s3_bucket=160")
		equal(b, b.openBy("check"), "x=8")
		equal(b, b.openBy("owner"), "4=8")
	}},
	{"OneScopeIsReplacedWhole", func(b *bench) {
		scope := in("1")
		b.together(6, func(i int) error {
			w, err := b.Begin(b.Context(), scope, cause)
			if err != nil {
				return err
			}
			for r := range 30 {
				id := fmt.Sprintf("%d-%d", i, r)
				if err := w.Add(id, b.line(scope, thing{id: id})); err != nil {
					return err
				}
			}
			if _, err := w.Commit(b.Context(), estate.Coverage{Scope: scope, Status: estate.CoverageOK, Read: at(1)}); estate.CodeOf(err) != estate.CodeGone {
				return err
			}
			return nil
		})
		ids, err := b.IDs(b.Context(), scope)
		b.must(err)
		if len(ids) != 30 || ids[0][0] != ids[29][0] {
			b.Errorf("the scope holds %v", ids)
		}
	}},
	{"NumbersOfTransitionsGrowWithCommits", func(b *bench) {
		done := make(chan struct{})
		var seen []int64
		var reader sync.WaitGroup
		reader.Go(func() {
			last := int64(0)
			for end := false; !end; {
				select {
				case <-done:
					end = true
				default:
				}
				list, err := b.Transitions(b.Context(), everything, last, 3)
				if err != nil {
					b.Error(err)
					return
				}
				for _, t := range list {
					seen = append(seen, t.Seq)
					last = t.Seq
				}
				end = end && len(list) == 0
				if len(list) == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		})
		b.together(6, func(i int) error {
			account := fmt.Sprint(i)
			for round := range 10 {
				var findings []estate.Finding
				if round%2 == 0 {
					findings = []estate.Finding{fails(account, "a", "x", estate.Low), fails(account, "a", "y", estate.Low)}
				}
				if _, err := b.Judge(b.Context(), store.Judged{Account: account, At: at(round + 1), Keys: keys(account, "a"), Findings: findings}); err != nil {
					return err
				}
			}
			return nil
		})
		close(done)
		reader.Wait()
		for {
			list, err := b.Transitions(b.Context(), everything, last(seen), 1000)
			b.must(err)
			if len(list) == 0 {
				break
			}
			for _, t := range list {
				seen = append(seen, t.Seq)
			}
		}
		if len(seen) != 120 {
			b.Errorf("%d of 120 transitions were seen", len(seen))
		}
	}},
	{"ADeliveryIsLeasedOnce", func(b *bench) {
		var all []store.Delivery
		for i := range 50 {
			all = append(all, message(fmt.Sprint(i), 1))
		}
		b.must(b.Route(b.Context(), nil, all, store.RouterState{}))
		var mu sync.Mutex
		taken := map[string]int{}
		b.together(5, func(int) error {
			for range 10 {
				list, err := b.Lease(b.Context(), at(2), time.Hour, 3)
				if err != nil {
					return err
				}
				mu.Lock()
				for _, d := range list {
					taken[d.Key]++
				}
				mu.Unlock()
			}
			return nil
		})
		for key, n := range taken {
			if n != 1 {
				b.Errorf("%q was leased %d times", key, n)
			}
		}
		equal(b, len(taken), 50)
	}},
	{"TheAuditLogStaysAChain", func(b *bench) {
		b.together(6, func(i int) error {
			for range 5 {
				if _, err := b.Append(b.Context(), store.Entry{At: at(i), Actor: "a", Action: "b"}); err != nil {
					return err
				}
			}
			return nil
		})
		broken, err := b.Verify(b.Context())
		b.must(err)
		if broken != nil {
			b.Errorf("%+v does not fit", broken)
		}
	}},
}

func last(list []int64) int64 {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1]
}
