//go:build linux

package server_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestOutages takes away the disk, the cloud and the webhook, one after the other, and
// gives them back.
func TestOutages(t *testing.T) {
	t.Parallel()
	d := newDrill(t, 0, size(12, 60))
	d.data = filepath.Join(t.TempDir(), "data")
	w := startWire(t, d.cloud.endpoint)
	d.queue = strings.Replace(d.queue, d.cloud.endpoint, w.address, 1)
	d.endpoint = w.address
	// A file that may not grow is what a full disk is to a process.
	p := d.start(t, "serve", "prlimit", "--fsize=600000:")
	p.working(t)
	d.full(t, p)
	d.unlimited(t, p)
	d.queue = d.cloud.queue // the test itself goes past the wire
	d.rest(t, d.cloud, 4*time.Minute)

	third := len(d.late) / 3
	w.cut.Store(true)
	<-while(t, d.late[:third], 2*time.Second)
	w.cut.Store(false)
	d.hook.down.Store(true)
	<-while(t, d.late[third:2*third], 2*time.Second)
	d.hook.down.Store(false)
	d.limit(t, p, "1:unlimited")
	<-while(t, d.late[2*third:], 2*time.Second)
	d.unlimited(t, p)
	d.rest(t, d.cloud, 4*time.Minute)
	p.stop(t)
	d.told(t)
	same(t, d.take(t), d.undisturbed(t))
}

// full waits until the disk was full.
func (d *drill) full(t *testing.T, p *process) {
	t.Helper()
	for range 600 {
		if strings.Contains(p.said.String(), "disk I/O error") || strings.Contains(p.said.String(), "file too large") || strings.Contains(p.said.String(), "is full") {
			return
		}
		select {
		case <-p.ends:
			t.Fatal("it ended when the disk was full")
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Error("the disk was never full")
}

func (d *drill) unlimited(t *testing.T, p *process) {
	t.Helper()
	d.limit(t, p, "unlimited:unlimited")
}

// limit sets how large files of the server may become. Its process is the only child of
// the one that was started.
func (d *drill) limit(t *testing.T, p *process, limit string) {
	t.Helper()
	child, err := exec.Command("pgrep", "-P", fmt.Sprint(p.cmd.Process.Pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("prlimit", "--pid", strings.TrimSpace(string(child)), "--fsize="+limit).CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}
