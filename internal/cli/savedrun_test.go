package cli_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// savedRun is a run to be written from a file of JSON lines: resources, and lines of the
// ledger for scopes that were not read whole. The scope of resources is read whole.
type savedRun struct {
	dir, file string
	// version is that of the program that read it; empty means this one.
	version string
	// stopped leaves the run without its end.
	stopped bool
}

func (s savedRun) write() (err error) {
	started := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	if s.version == "" {
		s.version = app.Version
	}
	lost, found, err := s.read()
	if err != nil {
		return err
	}
	w, err := run.Create(s.dir, run.Meta{Tool: "stance", Version: s.version, Started: started, Asked: map[string][]string{"cloud": {"aws"}}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for scope, lines := range found {
		c := estate.Coverage{Scope: scope, Status: estate.CoverageOK, Resources: len(lines), Calls: 1, Read: started}
		if err := writeScope(w, c, lines); err != nil {
			return err
		}
	}
	for _, c := range lost {
		if err := writeScope(w, c, nil); err != nil {
			return err
		}
	}
	if s.stopped {
		return nil
	}
	return w.Finish(started.Add(time.Minute))
}

// read returns the lines of the ledger and the resources by scope.
func (s savedRun) read() (lost []estate.Coverage, found map[estate.Scope][]string, err error) {
	file, err := os.Open(s.file)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	found = map[estate.Scope][]string{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var c estate.Coverage
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, nil, err
		}
		if c.Status != "" {
			lost = append(lost, c)
		} else {
			found[c.Scope] = append(found[c.Scope], lines.Text())
		}
	}
	return lost, found, lines.Err()
}

func writeScope(w *run.Writer, c estate.Coverage, lines []string) error {
	out, err := w.Begin(c.Scope)
	if err != nil {
		return err
	}
	for _, line := range lines {
		var r estate.Resource
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return err
		}
		if err := out.Add(r.ID, []byte(line)); err != nil {
			return err
		}
	}
	return out.Commit(c)
}
