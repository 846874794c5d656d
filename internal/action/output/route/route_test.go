package route_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output/outputtest"
	"github.com/stance-sec/stance/internal/action/output/route"
	"github.com/stance-sec/stance/internal/estate"
)

func TestThingOf(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]route.Thing{
		"arn:aws:s3:::customers":                                            {Kind: route.Storage, Word: "bucket", Name: "customers"},
		"arn:aws:ec2:eu-west-1:1:instance/i-1":                              {Kind: route.Machine, Word: "machine", Name: "i-1"},
		"arn:aws:iam::1:role/path/web":                                      {Kind: route.Identity, Word: "role", Name: "web"},
		"arn:aws:iam::123456789012:root":                                    {Kind: route.Account, Word: "root of account", Name: "123456789012"},
		"arn:aws-cn:sns:cn-north-1:1:orders":                                {Kind: route.Message, Word: "topic", Name: "orders"},
		"arn:aws:lambda:eu-west-1:1:function:hook":                          {Kind: route.Code, Word: "function", Name: "hook"},
		"arn:aws:newservice:eu-west-1:1:big-thing/x":                        {Kind: route.Other, Word: "big thing", Name: "x"},
		"/subscriptions/s/providers/Microsoft.Storage/storageAccounts/acme": {Kind: route.Storage, Word: "storage account", Name: "acme"},
		"//storage.googleapis.com/projects/_/buckets/acme":                  {Kind: route.Storage, Word: "bucket", Name: "acme"},
		"plain": {Kind: route.Other, Name: "plain"},
		"":      {Kind: route.Other},
		"arn:aws:s3:::" + strings.Repeat("a", 60) + "end": {Kind: route.Storage, Word: "bucket", Name: strings.Repeat("a", 31) + "…" + strings.Repeat("a", 13) + "end"},
	} {
		if diff := cmp.Diff(want, route.ThingOf(id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

// TestWay holds that a way is told by the names of its steps, each thing once, with
// the fixes that cut each step in their order.
func TestWay(t *testing.T) {
	t.Parallel()
	list := outputtest.ShortList()
	r := route.NewRanking(list.Fixes)
	w := r.Worst(&list.Issues[0])
	if got := w.Title(" > "); got != "anyone on the internet > machine web > role web > role deploy > bucket acme-customers" {
		t.Error(got)
	}
	if got := r.Alternative(&list.Issues[0], 0).Title(" > "); got != "anyone with an AWS account > role deploy > bucket acme-customers" {
		t.Error(got)
	}
	var ranks [][]int
	for n, h := range w.Hops {
		if h.To.Reached != (n == 0) {
			t.Errorf("step %d: reached %v", n+1, h.To.Reached)
		}
		var of []int
		for _, c := range h.Cuts {
			of = append(of, c.Rank)
		}
		ranks = append(ranks, of)
	}
	if diff := cmp.Diff([][]int{{1}, nil, {3}, {0, 0}, nil}, ranks); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]route.Thing{{Kind: route.Identity, Word: "role", Name: "deploy"}}, route.Gates(&list.Issues[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]route.Thing{{Kind: route.Database, Word: "table", Name: "orders"}}, route.Beyond(&list.Issues[0])); diff != "" {
		t.Error(diff)
	}
}

func TestCutsAreOrdered(t *testing.T) {
	t.Parallel()
	r := route.NewRanking([]estate.FixPlan{{Key: "a@x:1", Title: "A"}, {Key: "b@x:1"}})
	got := r.Cuts([]estate.FixKey{"none@x:1", "b@x:1", "a@x:1", "odd"})
	want := []route.Cut{{Rank: 1, Title: "A"}, {Rank: 2, Title: "b"}, {Title: "none"}, {Title: "odd"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEnough(t *testing.T) {
	t.Parallel()
	fixes := func(cumulative ...float64) []estate.FixPlan {
		var list []estate.FixPlan
		before := 0.0
		for _, c := range cumulative {
			list = append(list, estate.FixPlan{Cumulative: c, RiskRemoved: c - before})
			before = c
		}
		return list
	}
	for _, c := range []struct {
		name  string
		fixes []estate.FixPlan
		n     int
		share float64
	}{
		{"none", nil, 0, 0},
		{"nine_tenths", fixes(0.5, 0.8, 0.92, 1), 3, 0.92},
		{"never_enough", fixes(0.3, 0.4), 2, 0.4},
		{"only_ten", fixes(.01, .02, .03, .04, .05, .06, .07, .08, .09, .1, .11, .12), 10, .1},
		{"nothing_more", fixes(0.3, 0.3), 1, 0.3},
		{"removes_nothing", fixes(0), 0, 0},
	} {
		if n, share := route.Enough(c.fixes); n != c.n || share != c.share {
			t.Errorf("%s: %d, %v", c.name, n, share)
		}
	}
}

// TestWaterfall holds that factors that take nothing are left out and steps keep their
// place.
func TestWaterfall(t *testing.T) {
	t.Parallel()
	list := outputtest.ShortList()
	var got []string
	for _, f := range route.Waterfall(&list.Issues[0]) {
		got = append(got, f.Says)
	}
	if diff := cmp.Diff([]string{"step 1", "step 2", "of high criticality"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestAfter holds that only fixes that change the score are told.
func TestAfter(t *testing.T) {
	t.Parallel()
	list := outputtest.ShortList()
	r := route.NewRanking(list.Fixes)
	long, short := r.After(&list.Issues[0]), r.After(&list.Issues[1])
	if len(long) != 1 || long[0].Rank != 1 || long[0].Closes() || len(short) != 1 || !short[0].Closes() {
		t.Errorf("%+v %+v", long, short)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]int{54.5: 55, 0.4: 0, -2: -2, math.Inf(1): math.MaxInt32, 1e300: math.MaxInt32} {
		if got := route.Points(v); got != want {
			t.Errorf("%v points: %d", v, got)
		}
	}
	if got := route.Points(math.NaN()); got != 0 {
		t.Errorf("no number: %d", got)
	}
	for v, want := range map[float64]int{0.29: 29, 0.999: 99, 1: 100, 1.5: 100, -1: 0} {
		if got := route.Percent(v); got != want {
			t.Errorf("%v: %d %%", v, got)
		}
	}
}

// FuzzWay holds that no text breaks the reading of ids and labels.
func FuzzWay(f *testing.F) {
	for _, text := range outputtest.Hostile() {
		f.Add(text, text)
	}
	f.Add("arn:aws:s3:::", `a "b\"`)
	f.Fuzz(func(t *testing.T, id, label string) {
		i := &estate.Issue{Path: []estate.PathStep{{To: id, FromName: label, ToName: label, Label: label, Fixes: []estate.FixKey{estate.FixKey(label)}}}, EveryWay: []string{id, id}, Resources: []string{id, label}, Targets: 3}
		r := route.NewRanking([]estate.FixPlan{{Key: estate.FixKey(label), Title: label}})
		w := r.Worst(i)
		if len(w.Hops) != 1 || len(w.Things()) == 0 || len(route.Gates(i)) != 1 {
			t.Errorf("%+v", w)
		}
		route.Beyond(i)
		route.Place(&estate.FixPlan{Title: label, ControlPoint: estate.ControlPoint{ID: id}})
	})
}
