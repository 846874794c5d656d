package facet_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate/facet"
)

func TestNetworkRulesKeepTheirMeaningThroughJSON(t *testing.T) {
	t.Parallel()
	want := facet.NetworkRules{
		Ingress: []facet.Rule{{
			Action: "allow", Priority: 100, Protocol: "tcp", FromPort: 22, ToPort: 22,
			CIDRs: []string{"0.0.0.0/0"}, Groups: []string{"sg-1"}, Description: "ssh",
			PrefixLists: []facet.PrefixList{{ID: "pl-unread"}, {ID: "pl-empty", CIDRs: []string{}}},
		}},
		Egress: []facet.Rule{},
	}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got facet.NetworkRules
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("through %s (-want +got):\n%s", data, diff)
	}
}
