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
	tasks := []collect.Task{{Scope: estate.Scope{Type: "costly"}}, {Scope: estate.Scope{Type: "usual"}}, {Scope: estate.Scope{Type: "asked"}}}
	kinds := []planned{
		{info: source.Info{Name: "costly", OnRequest: "last-accessed"}}, {info: source.Info{Name: "usual"}}, {info: source.Info{Name: "asked", OnRequest: "creators"}},
	}
	leaveUnasked(tasks, kinds, Selection{Creators: true}.Options())
	if tasks[0].Skip != estate.Uncollected || tasks[0].Detail != "not asked for: --last-accessed reads it" {
		t.Errorf("what nobody asked for is read: %+v", tasks[0])
	}
	if tasks[1].Skip != "" || tasks[2].Skip != "" {
		t.Errorf("what is to be read is left out: %+v", tasks[1:])
	}
}
