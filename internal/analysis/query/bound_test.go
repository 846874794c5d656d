package query_test

import (
	"fmt"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/query"
)

// TestFruitlessSearchesEnd asks a graph in which everything leads to everything for what
// is never there, and for more than fits.
func TestFruitlessSearchesEnd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const nodes = 300
	b := query.NewBuilder()
	for from := range nodes {
		for to := range nodes {
			b.Step(query.Step{From: fmt.Sprint(from), To: fmt.Sprint(to), Kind: "runs-as"})
		}
	}
	g, err := b.Graph()
	if err != nil {
		t.Fatal(err)
	}
	q, err := query.Parse(`any a -> any -> any -> any b -> any -> any c where a.id == b.id and b.id == c.id`, vocabulary(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := g.Ask(t.Context(), q)
	if err != nil || !a.Stopped || len(a.Paths) > 0 {
		t.Errorf("%v %+v", err, a)
	}
}
