package spool_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/action/output/spool"
)

func TestSpool(t *testing.T) {
	t.Parallel()
	var s spool.Spool
	want := map[string]*strings.Builder{"a": {}, "b": {}, "c": {}}
	for i := range 20_000 {
		for key, b := range want {
			if key == "c" && i > 10 {
				continue // stays in memory
			}
			text := fmt.Sprintf("%s %d\n", key, i)
			b.WriteString(text)
			if err := s.Add(key, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, s.Keys()); diff != "" {
		t.Error(diff)
	}
	for key, b := range want {
		var got strings.Builder
		if err := s.WriteTo(&got, key); err != nil {
			t.Fatal(err)
		}
		if got.String() != b.String() {
			t.Errorf("%s differs", key)
		}
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
