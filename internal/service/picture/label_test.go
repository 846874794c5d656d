package picture_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/estate"
)

// TestStepsAreNamed holds that every step of every way says who begins and what people
// call the things it leads from and to.
func TestStepsAreNamed(t *testing.T) {
	t.Parallel()
	list := issues(t, company(t, nil))
	ways := 0
	for _, i := range list.Issues {
		for _, way := range append([][]estate.PathStep{i.Path}, i.Alternatives...) {
			ways++
			for n, s := range way {
				if s.FromName == "" || s.ToName == "" || n > 0 && s.From == way[n-1].To && s.FromName != way[n-1].ToName {
					t.Errorf("%s, step %d: from %q to %q", i.Title, n+1, s.FromName, s.ToName)
				}
			}
		}
	}
	found := to(list, "acme-orders-front")
	if found == nil || ways == 0 {
		t.Fatal("no way")
	}
	first, last := found.Path[0], found.Path[len(found.Path)-1]
	if first.FromName != "anyone on the internet" || first.ToName != `machine "front"` || last.ToName != `bucket "acme-orders-front"` {
		t.Errorf("from %q over %q to %q", first.FromName, first.ToName, last.ToName)
	}
}
