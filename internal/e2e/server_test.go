package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	root   = "../.."
	python = root + "/.cache/venv/bin/python"
	// ttl ends the local API in case that this process cannot.
	ttl = "1200"
)

// company is the example company, built on a local AWS API.
type company struct {
	endpoint string
	process  *exec.Cmd
	expected []expectation
	planted  []planted
}

// expectation is one line of what seed.py says a scan must find.
type expectation struct {
	Check, Status, Account, Region, Type, Name, ID string
	AccountName                                    string `json:"account_name"`
	// Element names the element of the resource that is meant, such as an inline
	// policy; empty for the resource as a whole.
	Element string
}

// built starts the API and builds the company once for all tests.
var built = sync.OnceValues(func() (*company, error) {
	dir, err := os.MkdirTemp("", "stance-e2e-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // a folder for temporary files
	c, err := serve(filepath.Join(dir, "ready"))
	if err != nil {
		return nil, err
	}
	if err := c.seed(filepath.Join(dir, "expected.json")); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
})

func serve(ready string) (*company, error) {
	c := &company{process: exec.Command(python, root+"/demo/aws/serve.py", "--port", "0", "--ready-file", ready, "--ttl", ttl)}
	c.process.Env = append(os.Environ(), "STANCE_REGIONS="+regions)
	if err := c.process.Start(); err != nil {
		return nil, err
	}
	for range 600 {
		if said, err := os.ReadFile(ready); err == nil && len(said) > 0 {
			c.endpoint = strings.TrimSpace(string(said))
			return c, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, errors.Join(errors.New("the local AWS API did not start within a minute"), c.stop())
}

func (c *company) seed(file string) error {
	ways := file + ".paths"
	out, err := exec.Command(python, root+"/demo/aws/seed.py", "--endpoint", c.endpoint, "--expectations", file, "--paths", ways).CombinedOutput()
	if err != nil {
		return fmt.Errorf("seed.py: %w: %s", err, out)
	}
	return errors.Join(readJSON(file, &c.expected), readJSON(ways, &c.planted))
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (c *company) stop() error {
	err := c.process.Process.Signal(syscall.SIGTERM)
	_ = c.process.Wait() // which says that it was ended
	return err
}

// control posts to the API's own paths: faults and their reset.
func (c *company) control(t *testing.T, path string, value any) {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(c.endpoint+"/_stance/"+path, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() // only read
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("/_stance/%s: %s", path, answer.Status)
	}
}

// needsPython skips a short test, and fails one whose environment is missing.
func needsPython(t *testing.T) {
	t.Helper()
	if testing.Short() && os.Getenv("CI") != "true" {
		t.Skip("needs the local AWS API; run without -short")
	}
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("the demo's environment is missing, `make venv` makes it: %v", err)
	}
}

// theCompany returns the company, or skips a short test where its environment is missing.
func theCompany(t *testing.T) *company {
	t.Helper()
	needsPython(t)
	c, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMain(m *testing.M) {
	started := false
	once := built
	built = func() (*company, error) { started = true; return once() }
	code := m.Run()
	if started {
		if c, err := built(); err == nil {
			_ = c.stop()
		}
	}
	os.Exit(code)
}
