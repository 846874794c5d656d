package picture_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/risk"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/paths"
)

// shelf is an inventory in memory.
type shelf map[estate.Scope][][]byte

func (s shelf) Coverage() []estate.Coverage {
	var all []estate.Coverage
	for scope, lines := range s {
		all = append(all, estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: len(lines)})
	}
	slices.SortFunc(all, func(a, b estate.Coverage) int { return a.Scope.Compare(b.Scope) })
	return all
}

func (s shelf) Each(scope estate.Scope, yield func([]byte) error) error {
	for _, line := range s[scope] {
		if err := yield(line); err != nil {
			return err
		}
	}
	return nil
}

// company reads the example company's front with its twins; edit may change a line, and
// drops it by returning nil.
func company(t *testing.T, edit func(r *estate.Resource, line string) string) shelf {
	t.Helper()
	return read(t, "testdata/front.jsonl", edit)
}

// read is company for any file.
func read(t *testing.T, file string, edit func(r *estate.Resource, line string) string) shelf {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := shelf{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r estate.Resource
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		line := lines.Text()
		if edit != nil {
			line = edit(&r, line)
		}
		if line != "" {
			scope := estate.Scope{Cloud: r.Cloud, Account: r.Account, Region: r.Region, Type: r.Type}
			s[scope] = append(s[scope], []byte(line))
		}
	}
	return s
}

// issues draws the picture and returns the short list. Lost scopes are told beside those
// on the shelf.
func issues(t *testing.T, s shelf, lost ...estate.Coverage) estate.Priorities {
	t.Helper()
	return priorities(t, s, lost...).Result()
}

func priorities(t *testing.T, s shelf, lost ...estate.Coverage) *picture.Priorities {
	t.Helper()
	table, err := risk.Default()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := escalate.Load(paths.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	mapping, err := enrich.ParseMapping("m", []byte("context: [{match: {tags: {dataclass: '*'}}, set: {data_class: 'tag:dataclass', environment: production}}]"))
	if err != nil {
		t.Fatal(err)
	}
	p := &picture.Priorities{Table: table, Rules: rules, Now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	observer := enrich.NewObserver()
	for _, c := range append(s.Coverage(), lost...) {
		p.Lost(c)
		for _, line := range s[c.Scope] {
			if err := p.Observe(c.Scope, line); err != nil {
				t.Fatal(err)
			}
			if err := observer.Observe(line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.Ready(context.Background(), s, observer.Overlay(mapping, p.Now)); err != nil {
		t.Fatal(err)
	}
	return p
}

// to returns the worst issue that ends at a bucket; nil when none does.
func to(list estate.Priorities, bucket string) *estate.Issue {
	for i := range list.Issues {
		path := list.Issues[i].Path
		if strings.HasSuffix(path[len(path)-1].To, ":::"+bucket) {
			return &list.Issues[i]
		}
	}
	return nil
}

func TestOneWayIsFoundAndItsTwinsAreCut(t *testing.T) {
	t.Parallel()
	list := issues(t, company(t, nil))
	found := to(list, "acme-orders-front")
	if found == nil {
		t.Fatalf("the way to the orders is not among %d issues", len(list.Issues))
	}
	var kinds []string
	for _, s := range found.Path {
		kinds = append(kinds, s.Kind)
	}
	if want := []string{"internet-exposed", "ssrf", "runs-as", "escalate", "reads-data"}; !slices.Equal(kinds, want) {
		t.Errorf("the steps are %v", kinds)
	}
	for _, twin := range []string{"denied", "bounded", "unrouted", "filtered", "governed"} {
		if cut := to(list, "acme-orders-front-"+twin); cut != nil {
			t.Errorf("the way of the twin %s comes out: %s", twin, cut.Title)
		}
	}
}

// Each edit cuts the way at one layer, or takes away that the layer is known.
func TestEachLayerCounts(t *testing.T) {
	t.Parallel()
	replace := func(kind, name, from, with string) func(*estate.Resource, string) string {
		return func(r *estate.Resource, line string) string {
			if r.Type != kind || name != "" && r.Name != name {
				return line
			}
			changed := strings.ReplaceAll(line, from, with)
			if changed == line {
				t.Errorf("nothing of %s %s holds %s", kind, r.Name, from)
			}
			return changed
		}
	}
	cases := map[string]func(*estate.Resource, string) string{
		"machine-stopped":       replace("aws_instance", "front", `"state":"running"`, `"state":"stopped"`),
		"function-not-trusted":  replace("aws_iam_role", "export-front", "lambda.amazonaws.com", "glue.amazonaws.com"),
		"passing-another-role":  replace("aws_iam_role", "front", "role/export-front", "role/export-other"),
		"reading-another-store": replace("aws_iam_role", "export-front", "acme-orders-front/*", "acme-other/*"),
		"port-to-an-office":     replace("aws_security_group", "web", `"0.0.0.0/0"`, `"10.0.0.0/8"`),
		"no-way-out":            replace("aws_route_table", "public", `"0.0.0.0/0"`, `"10.9.0.0/16"`),
	}
	for name, edit := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := to(issues(t, company(t, edit)), "acme-orders-front"); found != nil {
				t.Errorf("still found: %s", found.Title)
			}
		})
	}
}

func TestWhatWasNotReadWidensTheScore(t *testing.T) {
	t.Parallel()
	whole := to(issues(t, company(t, nil)), "acme-orders-front")
	for _, kind := range []string{"aws_route_table", "aws_organizations_policy", "aws_network_acl"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var lost []estate.Coverage
			s := company(t, func(r *estate.Resource, line string) string {
				if r.Type != kind {
					return line
				}
				lost = append(lost, estate.Coverage{Scope: estate.Scope{Cloud: r.Cloud, Account: r.Account, Region: r.Region, Type: kind},
					Status: estate.CoverageFailed, Reason: estate.Denied})
				return ""
			})
			found := to(issues(t, s, lost...), "acme-orders-front")
			if found == nil {
				t.Fatal("what was not read closes the way")
			}
			if found.Score.High-found.Score.Low <= whole.Score.High-whole.Score.Low {
				t.Errorf("the score runs from %.0f to %.0f, with everything read from %.0f to %.0f",
					found.Score.Low, found.Score.High, whole.Score.Low, whole.Score.High)
			}
		})
	}
}
