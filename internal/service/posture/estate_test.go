package posture_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/schema"
	"github.com/stance-sec/stance/internal/service/posture"
	"github.com/stance-sec/stance/internal/service/scan"
	"github.com/stance-sec/stance/internal/store"
	"github.com/stance-sec/stance/internal/store/sqlite"
)

// The made-up resource types of the tests. What lies over buckets is a facet's.
type (
	bucket struct {
		Versioning bool `json:"versioning"`
	}
	trail struct {
		Logging bool `json:"logging"`
	}
	guard struct{}
)

// The checks: one that hangs on the guard of the account, one on what the resource says
// itself, one on a collection.
var checks = map[string]string{
	"open":      "title: Not open\nfacet: data_store\nseverity: critical\nwhen: has(resource.access_policy)\nassert: [{expr: '!resource.context.public.read'}]\n",
	"versioned": "title: Versioned\ntype: aws_s3_bucket\nseverity: low\nassert: [{expr: resource.versioning}]\n",
	"logged":    "title: Logged\ntype: aws_s3_bucket\nseverity: medium\ncollect: {trails: aws_cloudtrail}\nassert: [{expr: 'trails.exists(t, t.logging)'}]\n",
}

const (
	buckets = "aws_s3_bucket"
	trails  = "aws_cloudtrail"
	guards  = "aws_s3_account_public_access_block"
)

func library(t *testing.T) *policy.Library {
	t.Helper()
	set := schema.NewSet()
	for name, config := range map[string]reflect.Type{buckets: reflect.TypeFor[bucket](), trails: reflect.TypeFor[trail](), guards: reflect.TypeFor[guard]()} {
		must(t, set.AddConfig(name, config))
	}
	for name, f := range facet.Types() {
		must(t, set.AddFacet(name, f))
	}
	files := fstest.MapFS{}
	for name, text := range checks {
		files["c/"+name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	sources, err := policy.Load(files, "c")
	must(t, err)
	l, err := policy.Compile(set, sources, policy.Options{})
	must(t, err)
	return l
}

// bench is a store with keepers of two processes: one settles and never reviews.
type bench struct {
	*testing.T
	store             store.Store
	settler, reviewer *posture.Keeper
	clock             atomic.Int64
	ranking           *ranking
}

func open(t *testing.T) *bench {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), sqlite.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	b := &bench{T: t, store: s, ranking: &ranking{}}
	lib := library(t)
	for _, k := range []**posture.Keeper{&b.settler, &b.reviewer} {
		*k = &posture.Keeper{
			Store: s, Library: lib, Workers: 2, Now: b.now, Frameworks: map[string][]string{"cis": {"open", "logged"}},
			Ranking: func(time.Time) (posture.Ranking, error) { return b.ranking, nil },
		}
	}
	return b
}

// now goes on by a second each time that it is asked.
func (b *bench) now() time.Time {
	return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(b.clock.Add(1)) * time.Second)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func scopeOf(account, region, kind string) estate.Scope {
	return estate.Scope{Cloud: estate.AWS, Account: account, Region: region, Type: kind}
}

// read replaces a scope by lines, by id, or notes that it was refused.
func (b *bench) read(scope estate.Scope, lines map[string]string, refused bool) store.Delta {
	b.Helper()
	began := b.now()
	w, err := b.store.Begin(b.Context(), scope, store.Cause{Run: "r"})
	must(b, err)
	for id, line := range lines {
		must(b, w.Add(id, []byte(line)))
	}
	c := estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: len(lines), Read: began}
	if refused {
		c.Status, c.Reason, c.Resources = estate.CoverageFailed, estate.Denied, 0
	}
	delta, err := w.Commit(b.Context(), c)
	must(b, err)
	return delta
}

func line(scope estate.Scope, id, config, facets string, unknown ...string) string {
	r := estate.Resource{ID: id, Type: scope.Type, Cloud: scope.Cloud, Account: scope.Account, Region: scope.Region, Name: id, Config: json.RawMessage(config)}
	for _, u := range unknown {
		r.Unknown = append(r.Unknown, estate.Unknown{Path: u, Reason: estate.Denied})
	}
	body, err := json.Marshal(&r)
	if err != nil {
		panic(err)
	}
	if facets == "" {
		facets = "{}"
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		panic(err)
	}
	raw["facets"] = json.RawMessage(facets)
	if body, err = json.Marshal(raw); err != nil {
		panic(err)
	}
	return string(body)
}

const openToAll = `{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[{"kind":"*","id":"*"}],"actions":["s3:GetObject"],"resources":["*"]}]}`

func bucketLine(scope estate.Scope, id string, public, versioned bool, unknown ...string) string {
	documents := ""
	if public {
		documents = openToAll
	}
	return line(scope, id, fmt.Sprintf(`{"versioning":%v}`, versioned), `{"data_store":{"kind":"object"},"access_policy":{"documents":[`+documents+`],"grants":[],"policy_blocked":false,"list_blocked":false,"enforced":false}}`, unknown...)
}

func trailLine(scope estate.Scope, id string, logging bool) string {
	return line(scope, id, fmt.Sprintf(`{"logging":%v}`, logging), "")
}

func guardLine(scope estate.Scope, on bool) string {
	return line(scope, "guard", `{}`, fmt.Sprintf(`{"public_guard":{"protects":"aws_s3_bucket","blocks_policies":%v,"ignores_lists":%v}}`, on, on))
}

func (b *bench) settle(deltas ...store.Delta) posture.Settled {
	b.Helper()
	settled, err := b.settler.Settle(b.Context(), deltas, nil)
	must(b, err)
	return settled
}

func (b *bench) review() []store.Transition {
	b.Helper()
	reviewed, err := b.reviewer.Review(b.Context())
	must(b, err)
	return reviewed.Transitions
}

// findings returns everything that is kept of findings, as text.
func (b *bench) findings() []string {
	b.Helper()
	var all []string
	for request := (store.PageRequest{Sort: "check", Limit: 500}); ; {
		page, err := b.store.Findings(b.Context(), store.FindingQuery{State: "all", PageRequest: request})
		must(b, err)
		for i := range page.Items {
			f, err := json.Marshal(&page.Items[i])
			must(b, err)
			all = append(all, string(f))
		}
		if request.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	for _, by := range []string{"severity", "check", "account"} {
		counts, err := b.store.Open(b.Context(), store.Visible{}, by)
		must(b, err)
		all = append(all, fmt.Sprint(by, counts))
	}
	return all
}

// ranking makes an issue of every open bucket.
type ranking struct {
	left   int
	during func() // while the review is on its way
	issues []estate.Issue
}

func (*ranking) Observe(estate.Scope, []byte) error { return nil }
func (*ranking) Lost(estate.Coverage)               {}

func (r *ranking) Ready(context.Context, scan.Inventory, *enrich.Overlay) error {
	r.issues = nil
	if r.during != nil {
		r.during()
	}
	return nil
}

func (r *ranking) Finding(f *estate.Finding) {
	if f.Check == "open" && f.Status == estate.Fail {
		r.issues = append(r.issues, estate.Issue{Key: f.Key, Class: "open", Title: f.Title, Owner: "shop", Score: estate.Score{Value: 10, Band: estate.Critical}})
	}
}

func (r *ranking) Result() estate.Priorities {
	return estate.Priorities{Risk: 10 * float64(len(r.issues)), Issues: r.issues}
}
func (r *ranking) LeftOut() int { return r.left }
