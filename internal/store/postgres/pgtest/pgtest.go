//go:build unix

// Package pgtest runs a PostgreSQL server for tests: one for a test binary, in a directory
// of its own, on a socket of its own, gone when the tests are.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// server is the one of this test binary.
var server struct {
	dir   string
	cmd   *exec.Cmd
	alive io.Closer
	err   error
	bases int
}

// errNone is the error of a machine without PostgreSQL.
var errNone = errors.New("there is no PostgreSQL server on this machine")

// Main runs the tests of a package with a server, which starts when the first test asks
// for a database. It is called by TestMain.
func Main(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

// Database returns the URL of a new, empty database that goes with the test. Without a
// server it skips the test; where CI is set it fails it.
func Database(t testing.TB) string {
	t.Helper()
	if server.dir == "" && server.err == nil {
		server.err = start(t.Context())
	}
	if errors.Is(server.err, errNone) && os.Getenv("CI") == "" {
		t.Skip(server.err)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	server.bases++
	name := fmt.Sprintf("test%d", server.bases)
	admin(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { admin(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return address(name)
}

func address(name string) string {
	return "postgres://stance@/" + name + "?host=" + server.dir
}

func admin(t testing.TB, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.WithoutCancel(t.Context()), address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatal(err)
	}
}

// binary finds a program of PostgreSQL, on the path or where distributions put it.
func binary(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", errNone
	}
	return found[len(found)-1], nil
}

// keep runs the server until its own input ends, which it does when the tests end, however
// they do.
const keep = `"$0" -D "$1" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=100 -c shared_buffers=256MB -c max_wal_size=4GB &
read -r _; kill -QUIT $!; wait $!; rm -rf "$2"/*`

// start makes a cluster and runs its server. PostgreSQL refuses to be root, so root lends
// it another user.
func start(ctx context.Context) error {
	initdb, err := binary("initdb")
	if err != nil {
		return err
	}
	postgres, err := binary("postgres")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("/tmp", "pg") // the path of a socket is short
	if err != nil {
		return err
	}
	server.dir = dir
	as, err := lend(dir)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	initial := exec.CommandContext(ctx, initdb, "-D", data, "-U", "stance", "-A", "trust", "--encoding=UTF8", "--locale=C", "--no-sync") //nolint:gosec // a program of the machine
	initial.SysProcAttr, initial.Dir = as, dir
	if out, err := initial.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	server.cmd = exec.CommandContext(context.WithoutCancel(ctx), "sh", "-c", keep, postgres, data, dir) //nolint:gosec // programs of the machine
	if server.alive, err = server.cmd.StdinPipe(); err != nil {
		return err
	}
	server.cmd.SysProcAttr, server.cmd.Dir = as, dir
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	server.cmd.Stdout, server.cmd.Stderr = log, log
	if err := server.cmd.Start(); err != nil {
		return err
	}
	return ready(ctx)
}

// ready waits until the server answers.
func ready(ctx context.Context) error {
	var err error
	for range 300 {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, address("postgres")); err == nil {
			return conn.Close(ctx)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the server does not answer: %w", err)
}

// lend returns the user that PostgreSQL runs as, who gets the directory; nil unless we are
// root.
func lend(dir string) (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{}
	if os.Getuid() != 0 {
		return attributes, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(who.Gid)
	if err != nil {
		return nil, err
	}
	attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attributes, errors.Join(os.Chown(dir, uid, gid), os.Chmod(dir, 0o700))
}

// stop ends the server and removes its files.
func stop() {
	if server.alive != nil {
		_ = server.alive.Close()
		_ = server.cmd.Wait()
	}
	if server.dir != "" {
		_ = os.RemoveAll(server.dir)
	}
}
