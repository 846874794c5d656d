//go:build unix

package server_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// setup is how processes of a server are started.
type setup struct {
	program, endpoint, queue, notify string
	hook                             string
	// data is a folder for SQLite, database the address of a PostgreSQL.
	data, database string
	more           []string
}

// newSetup writes the configuration of alerts.
func newSetup(t *testing.T, program string, c *cloud, h *hook) *setup {
	t.Helper()
	s := &setup{program: program, endpoint: c.endpoint, queue: c.queue, notify: filepath.Join(t.TempDir(), "notify.yaml"), hook: h.server.URL}
	const config = "channels:\n  - {name: hook, type: webhook, url: env:HOOK_URL, secret: env:HOOK_SECRET}\ndefault:\n  to: [hook]\n"
	if err := os.WriteFile(s.notify, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// args are those of `stance serve` and `stance worker`.
func (s *setup) args(command string) []string {
	args := []string{
		command, "--org", "--role", "StanceAudit", "--external-id", "stance-demo", "--endpoint", s.endpoint, "--services", "s3,iam,ec2",
		"--regions", region, "--fast", "0", "--slow", "12h", "--review-quiet", "1s", "--events-quiet", "500ms", "--notify", s.notify, "--log-format", "json",
	}
	if command == "serve" {
		args = append(args, "--listen", "127.0.0.1:0")
	}
	if s.queue != "" {
		args = append(args, "--events", s.queue)
	}
	if s.data != "" {
		args = append(args, "--data", s.data)
	}
	return append(args, s.more...)
}

// process is one process of a server.
type process struct {
	cmd  *exec.Cmd
	ends chan struct{}
	said *sayings
}

// sayings gathers what a process says.
type sayings struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *sayings) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *sayings) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start starts a process in a group of its own, which ends by itself when this one
// cannot end it. Under is put in front of the program.
func (s *setup) start(t *testing.T, command string, under ...string) *process {
	t.Helper()
	words := append(append([]string{"timeout", "-s", "KILL", ttl}, under...), append([]string{s.program}, s.args(command)...)...)
	p := &process{cmd: exec.Command(words[0], words[1:]...), ends: make(chan struct{}), said: &sayings{}}
	p.cmd.Env = append(os.Environ(),
		"AWS_ACCESS_KEY_ID=demo", "AWS_SECRET_ACCESS_KEY=demo", "AWS_REGION="+region, "AWS_EC2_METADATA_DISABLED=true",
		"HOOK_URL="+s.hook, "HOOK_SECRET="+secret, "STANCE_DATABASE="+s.database)
	p.cmd.Stderr, p.cmd.SysProcAttr = p.said, &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is asked of its state
		close(p.ends)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("a %s said:\n%s", command, p.said)
		}
	})
	return p
}

// working waits until the process works.
func (p *process) working(t *testing.T) {
	t.Helper()
	for range 1200 {
		if strings.Contains(p.said.String(), "stop with Ctrl-C") {
			return
		}
		select {
		case <-p.ends:
			t.Fatalf("it ended: %s", p.said)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("it does not work: %s", p.said)
}

// kill ends the process without a warning.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // it may have ended
	<-p.ends
}

// stop asks the process to end, and waits.
func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	select {
	case <-p.ends:
	case <-time.After(90 * time.Second):
		t.Errorf("it does not stop: %s", p.said)
		p.kill()
	}
}
