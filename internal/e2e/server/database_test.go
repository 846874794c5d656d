//go:build unix

package server_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// database is a PostgreSQL of a test's own, which may be killed and started again.
type database struct {
	dir, bin string
	as       *syscall.SysProcAttr
	server   *exec.Cmd
	ended    chan struct{}
	said     sayings
}

func startDatabase(t *testing.T) *database {
	t.Helper()
	d := &database{}
	if path, err := exec.LookPath("postgres"); err == nil {
		d.bin = filepath.Dir(path)
	} else if found, err := filepath.Glob("/usr/lib/postgresql/*/bin"); err == nil && len(found) > 0 {
		d.bin = found[len(found)-1]
	} else if os.Getenv("CI") == "" {
		t.Skip("there is no PostgreSQL server on this machine")
	}
	var err error
	if d.dir, err = os.MkdirTemp("/tmp", "pg"); err != nil { // the path of a socket is short
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d.dir) })
	d.as = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 { // which PostgreSQL refuses to be
		d.lend(t)
	}
	initial := exec.Command(filepath.Join(d.bin, "initdb"), "-D", d.dir+"/data", "-U", "stance", "-A", "trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	initial.SysProcAttr, initial.Dir = d.as, d.dir
	if out, err := initial.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	d.start(t)
	t.Cleanup(d.kill)
	return d
}

func (d *database) lend(t *testing.T) {
	t.Helper()
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.ParseUint(who.Uid, 10, 32) // numbers on Unix
	gid, _ := strconv.ParseUint(who.Gid, 10, 32)
	if err := os.Chown(d.dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	d.as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// start starts the server. Processes of one that was killed may hold its memory for a
// while: until they have noticed, another ends at once.
func (d *database) start(t *testing.T) {
	t.Helper()
	var err error
	for range 120 {
		d.server = exec.Command("timeout", "-s", "KILL", ttl, filepath.Join(d.bin, "postgres"), "-D", d.dir+"/data", "-k", d.dir, "-c", "listen_addresses=", "-c", "fsync=off")
		d.server.SysProcAttr, d.server.Dir, d.server.Stderr = d.as, d.dir, &d.said
		if err = d.server.Start(); err != nil {
			t.Fatal(err)
		}
		server, ended := d.server, make(chan struct{})
		d.ended = ended
		go func() {
			_ = server.Wait() // it ends as it is ended
			close(ended)
		}()
		if err = d.answers(t); err == nil {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Fatalf("%v: %s", err, &d.said)
}

// answers waits until the server answers or ends.
func (d *database) answers(t *testing.T) error {
	t.Helper()
	for {
		conn, err := pgx.Connect(t.Context(), d.url())
		if err == nil {
			return conn.Close(t.Context())
		}
		select {
		case <-d.ended:
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (d *database) url() string {
	return fmt.Sprintf("postgres://stance@/postgres?host=%s&connect_timeout=5", d.dir)
}

// kill ends the server without a warning.
func (d *database) kill() {
	_ = syscall.Kill(-d.server.Process.Pid, syscall.SIGKILL) // it may have ended
	<-d.ended
}

// stop has the server end all sessions and write what it knows.
func (d *database) stop(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(d.bin, "pg_ctl"), "-D", d.dir+"/data", "-m", "fast", "stop")
	cmd.SysProcAttr, cmd.Dir = d.as, d.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pg_ctl: %v: %s", err, out)
	}
	<-d.ended
}

// supervise starts a process anew that ended because the database went while it started.
func (d *drill) supervise(t *testing.T, p *process, command string) *process {
	t.Helper()
	select {
	case <-p.ends:
		p = d.start(t, command)
		p.working(t)
	default:
	}
	return p
}

// TestDatabaseRestarts ends the PostgreSQL below a server and a worker, in order and
// without a warning, while accounts are read and while changes are told.
func TestDatabaseRestarts(t *testing.T) {
	t.Parallel()
	d := newDrill(t, 0, size(12, 60))
	base := startDatabase(t)
	d.database = base.url()
	random := seed(t)
	server := d.start(t, "serve")
	server.working(t)
	worker := d.start(t, "worker")
	worker.working(t)
	base.kill()
	time.Sleep(2 * time.Second)
	base.start(t)
	server, worker = d.supervise(t, server, "serve"), d.supervise(t, worker, "worker")
	d.rest(t, d.cloud, 4*time.Minute)
	changing := while(t, d.late, time.Second)
	for i := range size(2, 12) {
		time.Sleep(time.Duration(random.Int64N(int64(4 * time.Second))))
		if i%2 == 0 {
			base.stop(t)
		} else {
			base.kill()
		}
		time.Sleep(time.Duration(random.Int64N(int64(2 * time.Second))))
		base.start(t)
	}
	<-changing
	d.rest(t, d.cloud, 4*time.Minute)
	server.stop(t)
	worker.stop(t)
	d.told(t)
	same(t, d.take(t), d.undisturbed(t))
}
