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

// stopped returns the folder and the record of the run to go on with: the one named, or
// the newest that was stopped.
func stopped(env *Env, asked string) (string, run.Meta, error) {
	if asked != latest {
		meta, interrupted, err := metaOf(asked)
		if err == nil && !interrupted {
			err = estate.Errorf(estate.CodeInvalid, "resume "+asked, "the run is finished").WithHint("judge it again with `stance scan --from " + asked + "`")
		}
		return asked, meta, err
	}
	dir, err := runsDir(env)
	if err != nil {
		return "", run.Meta{}, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return "", run.Meta{}, estate.Errorf(estate.CodeIO, "look for stopped runs", "%w", err)
	}
	for _, e := range slices.Backward(entries) {
		candidate := filepath.Join(dir, e.Name())
		if meta, interrupted, err := metaOf(candidate); err == nil && interrupted {
			return candidate, meta, nil
		}
	}
	return "", run.Meta{}, estate.Errorf(estate.CodeNotFound, "resume", "no run in %s was stopped", dir).
		WithHint("name the folder of a run: --resume=DIR")
}

func metaOf(dir string) (meta run.Meta, interrupted bool, err error) {
	meta, err = run.ReadMeta(dir)
	return meta, meta.Finished == nil, err
}

// newestRun returns the folder of the newest run that is there.
func newestRun(env *Env) (string, error) {
	dir, err := runsDir(env)
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return "", estate.Errorf(estate.CodeIO, "look for runs", "%w", err)
	}
	for _, e := range slices.Backward(entries) {
		candidate := filepath.Join(dir, e.Name())
		if _, _, err := metaOf(candidate); err == nil {
			return candidate, nil
		}
	}
	return "", estate.Errorf(estate.CodeNotFound, "look for runs", "there is none in %s", dir).
		WithHint("scan first, or name a saved run with --from DIR")
}
