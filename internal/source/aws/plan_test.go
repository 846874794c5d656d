package aws

import (
	"fmt"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// cellsOf makes sessions of so many regions over one pool, and counts how often each is
// opened.
func cellsOf(count int) (cells []*sharedSession, opened []int) {
	pool := &sessionPool{}
	opened = make([]int, count)
	for i := range count {
		cells = append(cells, &sharedSession{pool: pool, open: func() *Session {
			opened[i]++
			return &Session{Region: fmt.Sprint(i)}
		}})
	}
	return cells, opened
}

func TestSessionsAreSharedAndLetGo(t *testing.T) {
	t.Parallel()
	cells, opened := cellsOf(100)
	busy := cells[0].take()
	for _, c := range cells[1:] {
		first := c.take()
		if c.take() != first {
			t.Fatal("two tasks of a region have two sessions")
		}
		c.release()
		c.release()
		if c.take() != first {
			t.Fatal("a session ended between two tasks of its region")
		}
		c.release()
	}
	if cells[0].take() != busy {
		t.Error("a session ended while it was used")
	}
	held := 0
	for i, c := range cells {
		if c.held != nil {
			held++
		}
		if opened[i] != 1 {
			t.Errorf("region %d was opened %d times", i, opened[i])
		}
	}
	if held != idleSessions+1 {
		t.Errorf("%d sessions are held, not %d and the one in use", held, idleSessions)
	}
	if cells[1].take() == nil || opened[1] != 2 {
		t.Errorf("a session that was let go was opened %d times", opened[1])
	}
}

func TestBudgetsFollowWhatIsRead(t *testing.T) {
	t.Parallel()
	b := NewBudgets(1)
	slowed := b.get("1", "eu-west-1", "IAM")
	slowed.slower()
	for i := range 10 * sweepFrom {
		b.get("1", fmt.Sprint(i), "EC2")
	}
	if len(b.limiters) > 2*sweepFrom {
		t.Errorf("%d budgets are kept", len(b.limiters))
	}
	if b.get("1", "eu-west-1", "IAM") != slowed {
		t.Error("a budget that AWS had slowed down is new again")
	}
}

func TestTheOrganisationSpeaksOnce(t *testing.T) {
	t.Parallel()
	members := []Member{{ID: "1", Active: true}, {ID: "2", Active: true, Management: true}, {ID: "3", Active: true}}
	for name, c := range map[string]struct {
		entered []string
		want    string
	}{
		"management":                {[]string{"1", "2", "3"}, "2"},
		"management-stays-closed":   {[]string{"1", "3"}, "1"},
		"neither-is-read":           {[]string{"3"}, ""},
		"nothing-could-be-entered":  {nil, ""},
		"management-without-caller": {[]string{"2", "3"}, "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := speaker(members, "1", c.entered); got != c.want {
				t.Errorf("%q speaks, not %q", got, c.want)
			}
		})
	}
	kinds := []planned{{info: source.Info{Name: "unit", Service: "organizations"}}, {info: source.Info{Name: "bucket", Service: "s3"}}}
	var tasks []collect.Task
	for _, account := range []string{"1", "2"} {
		for i := range kinds {
			tasks = append(tasks, collect.Task{Scope: estate.Scope{Account: account, Type: kinds[i].info.Name}})
		}
	}
	hush(tasks, kinds, "2")
	for i, want := range []estate.Reason{estate.Uncollected, "", "", ""} {
		if tasks[i].Skip != want || (tasks[i].Detail == "") != (want == "") {
			t.Errorf("%s is skipped for %q: %s", tasks[i].Scope, tasks[i].Skip, tasks[i].Detail)
		}
	}
}
