package attack_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/analysis/risk"
)

func TestStepsAreYieldedAsTheyWereAdded(t *testing.T) {
	t.Parallel()
	table, err := risk.Default()
	if err != nil {
		t.Fatal(err)
	}
	b := attack.NewBuilder(table)
	p := risk.Exactly(0.25)
	given := []attack.Step{
		{From: attack.Entry(attack.Internet), To: attack.At("vm", "reached"), Kind: "internet-exposed", Label: "open"},
		{From: attack.At("vm", "reached"), To: "vm", Kind: "exploit-unknown"},
		{From: "vm", To: "role", Kind: "runs-as", P: &p},
	}
	for _, s := range given {
		if err := b.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for s := range b.Model().Steps() {
		want := given[n]
		row, _ := table.Step(want.Kind)
		if want.Label == "" {
			want.Label = row.Label
		}
		if want.P == nil {
			want.P = &row.Interval
		}
		if s.From != want.From || s.To != want.To || s.Kind != want.Kind || s.Label != want.Label || *s.P != *want.P {
			t.Errorf("step %d is %+v, not %+v", n, s, want)
		}
		if n++; n == len(given) {
			break
		}
	}
	if n != len(given) {
		t.Errorf("%d steps", n)
	}
}

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	for node, want := range map[string]attack.Place{
		attack.Entry("internet"):    {Entry: "internet"},
		attack.At("a#b", "reached"): {Resource: "a#b", State: "reached"},
		"arn:aws:iam::1:root":       {Resource: "arn:aws:iam::1:root"},
	} {
		if got := attack.PlaceOf(node); got != want {
			t.Errorf("%q: %+v", node, got)
		}
	}
}
