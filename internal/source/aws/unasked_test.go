package aws

import (
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// TestUnaskedIsSkipped leaves out what is read on request only, and says so.
func TestUnaskedIsSkipped(t *testing.T) {
	t.Parallel()
	tasks := []collect.Task{{Scope: estate.Scope{Type: "costly"}}, {Scope: estate.Scope{Type: "usual"}}}
	leaveUnasked(tasks, []planned{{info: source.Info{Name: "costly", OnRequest: true}}, {info: source.Info{Name: "usual"}}})
	if tasks[0].Skip != estate.Uncollected || tasks[0].Detail == "" {
		t.Errorf("what nobody asked for is read: %+v", tasks[0])
	}
	if tasks[1].Skip != "" {
		t.Errorf("what every scan reads is left out: %+v", tasks[1])
	}
}
