package awstest

import (
	"slices"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Empty answers the calls that fill the paths, or else every call of the named kind, with
// nothing in it, refuses the others, and holds that what is at the paths, or else all that
// the calls fill, is unknown then: none of it became false.
func Empty(t *testing.T, kinds []source.Kind[*aws.Session], name string, paths ...string) {
	t.Helper()
	at := slices.IndexFunc(kinds, func(k source.Kind[*aws.Session]) bool { return k.Info().Name == name })
	if at < 0 {
		t.Fatalf("there is no type %s", name)
	}
	archive, fills := &txtar.Archive{}, []string(nil)
	for _, call := range kinds[at].Info().Calls {
		answer := "{}"
		if len(paths) > 0 && !slices.ContainsFunc(call.Fills, func(f string) bool { return slices.Contains(paths, f) }) {
			answer = `{"$error": "AccessDenied"}`
		}
		archive.Files = append(archive.Files, txtar.File{Name: call.Op + ".json", Data: []byte(answer)})
		fills = append(fills, call.Fills...)
	}
	if len(paths) == 0 {
		paths = fills
	}
	malformed(t, kinds[at], archive, paths...)
}

// Partly answers the calls of the named kind from an archive, and holds that what is at the
// paths is unknown then.
func Partly(t *testing.T, kinds []source.Kind[*aws.Session], name, archive string, paths ...string) {
	t.Helper()
	for _, k := range kinds {
		if k.Info().Name == name {
			malformed(t, k, txtar.Parse([]byte(archive)), paths...)
			return
		}
	}
	t.Fatalf("there is no type %s", name)
}

func malformed(t *testing.T, kind source.Kind[*aws.Session], archive *txtar.Archive, paths ...string) {
	t.Helper()
	name, count := kind.Info().Name, 0
	err := kind.Collect(t.Context(), NewFake(archive).Session(), func(r *estate.Resource) error {
		count++
		for _, path := range paths {
			if !slices.ContainsFunc(r.Unknown, func(u estate.Unknown) bool { return u.Path == path && u.Reason == estate.Malformed }) {
				t.Errorf("%s: %s is taken for known: %s, unknown are %v", name, path, r.Config, r.Unknown)
			}
		}
		return nil
	})
	if err != nil || count == 0 {
		t.Errorf("%s: %d resources, %v", name, count, err)
	}
}
