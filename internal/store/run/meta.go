package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Meta says what a run is about.
type Meta struct {
	// Format is the version of the folder's format; Create sets it.
	Format int `json:"format"`
	// Tool and Version name the program that wrote the run.
	Tool    string `json:"tool"`
	Version string `json:"version"`
	// Started is when the run began.
	Started time.Time `json:"started"`
	// Command is the command line. Create replaces what may be secret in it.
	Command []string `json:"command,omitempty"`
	// Asked are the options by name, for resuming. Create replaces what may be secret.
	Asked map[string][]string `json:"asked,omitempty"`
	// Finished is when the run ended; nil when it was interrupted.
	Finished *time.Time `json:"finished,omitempty"`
	// Seal is what the files held when the run ended; nil when it was interrupted.
	Seal *Seal `json:"seal,omitempty"`
}

// Seal lets a reader notice that a file of a finished run became shorter.
type Seal struct {
	Scopes        int   `json:"scopes"`
	LedgerBytes   int64 `json:"ledger_bytes"`
	ResourceBytes int64 `json:"resource_bytes"`
}

// ReadMeta returns the record of the run in dir without opening its files.
func ReadMeta(dir string) (Meta, error) {
	path := filepath.Join(dir, metaFile)
	op := "open saved run " + dir
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Meta{}, estate.Errorf(estate.CodeNotFound, op, "it has no %s", metaFile).WithHint("give the folder that a scan was saved to")
	}
	if err != nil {
		return Meta{}, estate.Errorf(estate.CodeIO, op, "%w", err)
	}
	var meta Meta
	if err := json.Unmarshal(data, &meta); err != nil {
		return Meta{}, estate.Errorf(estate.CodeInvalid, op, "%s is damaged: %w", metaFile, err).
			WithHint("copy run.json of another run of the same kind over it, or scan again")
	}
	if meta.Format != formatVersion {
		return Meta{}, estate.Errorf(estate.CodeInvalid, op, "its format is %d and this version reads %d", meta.Format, formatVersion).
			WithHint("read it with the version that wrote it: " + meta.Version)
	}
	return meta, nil
}

// writeMeta replaces run.json in one step.
func writeMeta(dir string, meta Meta) error {
	data, err := json.MarshalIndent(meta, "", "  ")
	if err != nil {
		return estate.Errorf(estate.CodeInternal, "save run", "%w", err)
	}
	path := filepath.Join(dir, metaFile)
	temp := path + ".part"
	if err := writeSynced(temp, append(data, '\n')); err != nil {
		return errors.Join(ioError(dir, err), remove(temp))
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(ioError(dir, err), remove(temp))
	}
	return syncDir(dir)
}

func writeSynced(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncDir makes the names in dir last. Where a folder cannot be synced, the file
// system does without.
func syncDir(dir string) error {
	handle, err := os.Open(dir)
	if err != nil {
		return ioError(dir, err)
	}
	_ = handle.Sync() // not every file system can; the data itself is synced on its own
	return ioErrorOrNil(dir, handle.Close())
}

const redacted = "REDACTED"

// Redact returns m without values that may be secret: those of flags and options named
// like a secret, and user and password in addresses.
func (m Meta) Redact() Meta {
	secret := regexp.MustCompile(`(?i)(external-?id|secret|password|passwd|token|credential|access-?key|private-?key|session)`)
	command := make([]string, len(m.Command))
	hide := false
	for i, arg := range m.Command {
		name, _, hasValue := strings.Cut(arg, "=")
		isFlag := strings.HasPrefix(arg, "-")
		switch {
		case isFlag && hasValue && secret.MatchString(name):
			command[i] = name + "=" + redacted
		case hide && !isFlag:
			command[i] = redacted
		default:
			command[i] = withoutUser(arg)
		}
		hide = isFlag && !hasValue && secret.MatchString(name)
	}
	asked := make(map[string][]string, len(m.Asked))
	for name, values := range m.Asked {
		for _, value := range values {
			if secret.MatchString(name) {
				value = redacted
			}
			asked[name] = append(asked[name], withoutUser(value))
		}
	}
	m.Command, m.Asked = command, asked
	return m
}

// withoutUser drops user and password from an address, also behind "--flag=".
func withoutUser(arg string) string {
	scheme := strings.Index(arg, "://")
	if scheme < 0 {
		return arg
	}
	start := strings.LastIndexAny(arg[:scheme], "= ,") + 1
	address, err := url.Parse(arg[start:])
	if err != nil {
		return arg[:start] + redacted
	}
	if address.User == nil {
		return arg
	}
	address.User = url.User(redacted)
	return arg[:start] + fmt.Sprint(address)
}
