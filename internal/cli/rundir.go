package cli

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// latest stands for the newest run that was stopped.
const latest = "latest"

// runsDir is where runs are kept when the user names no place: below XDG_STATE_HOME.
func runsDir(env *Env) (string, error) {
	if dir := env.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "stance", "runs"), nil
	}
	home := env.Getenv("HOME")
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return "", estate.Errorf(estate.CodeInvalid, "find the state folder", "%w", err).WithHint("name a folder with --save")
		}
	}
	return filepath.Join(home, ".local", "state", "stance", "runs"), nil
}

// newRunDir returns the folder for a new run.
func newRunDir(env *Env, asked, cloud string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	dir, err := runsDir(env)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, env.Now().UTC().Format("20060102-150405.000")+"-"+cloud), nil
}

// resumeDir returns the folder to go on with: the one named, or the newest stopped one.
func resumeDir(env *Env, asked string) (string, error) {
	if asked != latest {
		return asked, nil
	}
	dir, err := runsDir(env)
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return "", estate.Errorf(estate.CodeIO, "look for stopped runs", "%w", err)
	}
	for _, e := range slices.Backward(entries) {
		candidate := filepath.Join(dir, e.Name())
		r, err := run.Open(candidate)
		if err != nil {
			continue
		}
		interrupted := r.Interrupted()
		if err := r.Close(); err != nil {
			return "", err
		}
		if interrupted {
			return candidate, nil
		}
	}
	return "", estate.Errorf(estate.CodeNotFound, "resume", "no run in %s was stopped", dir).
		WithHint("name the folder of a run: --resume=DIR")
}
