package source_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

type session struct{}

func (session) Explain(err error) source.Problem {
	return source.Problem{Code: estate.CodeOf(err), Name: err.Error()}
}
func (session) Identity() (estate.Cloud, string, string) { return estate.AWS, "1", "r" }

type config struct{}

// listing is a type of which List finds the ids; those that begin with "gone" are no
// longer there when they are read.
func listing(detailed *[]string, ids ...string) source.Type[session, config] {
	var mu sync.Mutex
	return source.Type[session, config]{
		Name: "aws_thing", Locality: source.Regional, Gone: []string{"NoSuchThing"},
		List: func(_ context.Context, _ session, found func(*source.Draft[config])) error {
			for _, id := range ids {
				found(&source.Draft[config]{ID: "arn:aws:t:r:1:thing/" + id, Name: "name of " + id})
			}
			return nil
		},
		Detail: func(_ context.Context, _ session, d *source.Draft[config]) error {
			mu.Lock()
			defer mu.Unlock()
			id := d.ID[strings.LastIndexByte(d.ID, '/')+1:]
			*detailed = append(*detailed, id)
			if strings.HasPrefix(id, "gone") {
				return errors.New("NoSuchThing")
			}
			return nil
		},
	}
}

func TestRereadReadsOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:t:r:1:thing/"
	tests := map[string]struct {
		listed, names, detailed, there []string
	}{
		"by id":               {[]string{"a", "b"}, []string{arn + "b"}, []string{"b"}, []string{"a", "b"}},
		"by name":             {[]string{"a", "b"}, []string{"NAME OF b"}, []string{"b"}, []string{"a", "b"}},
		"by the last part":    {[]string{"a", "b"}, []string{"B"}, []string{"b"}, []string{"a", "b"}},
		"by an address":       {[]string{"a", "b"}, []string{"https://t.example/1/b"}, []string{"b"}, []string{"a", "b"}},
		"escaped":             {[]string{"a", "b"}, []string{"arn%3Aaws%3At%3Ar%3A1%3Athing%2Fb"}, []string{"b"}, []string{"a", "b"}},
		"with a version":      {[]string{"a", "b"}, []string{"arn:aws:t:r:1:thing:b:7"}, []string{"b"}, []string{"a", "b"}},
		"of nothing":          {[]string{"a", "b"}, []string{"c"}, nil, []string{"a", "b"}},
		"no name is all":      {[]string{"a", "b"}, nil, []string{"a", "b"}, []string{"a", "b"}},
		"a lone one unnamed":  {[]string{"a"}, []string{"c"}, []string{"a"}, []string{"a"}},
		"gone meanwhile":      {[]string{"a", "gone"}, []string{"gone"}, []string{"gone"}, []string{"a"}},
		"a broken escape":     {[]string{"a", "b"}, []string{"%zz", "b"}, []string{"b"}, []string{"a", "b"}},
		"the last after more": {[]string{"a", "b", "c"}, []string{"c"}, []string{"c"}, []string{"a", "b", "c"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var detailed []string
			var mu sync.Mutex
			emitted := 0
			found, err := listing(&detailed, test.listed...).Reread(t.Context(), session{}, source.NewNames(test.names...), func(*estate.Resource) error {
				mu.Lock()
				defer mu.Unlock()
				emitted++
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(detailed)
			var there []string
			for _, id := range found.IDs {
				there = append(there, strings.TrimPrefix(id, arn))
			}
			if diff := cmp.Diff([][]string{test.detailed, test.there}, [][]string{detailed, there}); diff != "" || !found.Whole {
				t.Errorf("whole %v, read and there (-want +got):\n%s", found.Whole, diff)
			}
			if found.Gone(arn+test.listed[0]) || !found.Gone(arn+"never") {
				t.Errorf("what is gone was mistaken: %v", found)
			}
		})
	}
}

func TestFindTellsOnlyOfWhatIsNamed(t *testing.T) {
	t.Parallel()
	var detailed []string
	kind := listing(&detailed, "a", "b", "c")
	kind.Find = func(ctx context.Context, s session, names source.Names, found func(*source.Draft[config])) ([]string, error) {
		if diff := cmp.Diff([]string{"b", "x"}, names.Like("", "")); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
		return names.Like("", ""), kind.List(ctx, s, found)
	}
	found, err := kind.Reread(t.Context(), session{}, source.NewNames("b", "x"), func(*estate.Resource) error { return nil })
	if err != nil || found.Whole || !slices.Equal(detailed, []string{"b"}) || !slices.Equal(found.IDs, []string{"arn:aws:t:r:1:thing/b"}) {
		t.Errorf("found %v, error %v, read %v", found, err, detailed)
	}
	for id, gone := range map[string]bool{"arn:aws:t:r:1:thing/a": false, "arn:aws:t:r:1:thing/b": false, "arn:aws:t:r:1:thing/x": true} {
		if found.Gone(id) != gone {
			t.Errorf("%s gone: %v", id, !gone)
		}
	}
}

func TestAFailedRereadTellsNothing(t *testing.T) {
	t.Parallel()
	var detailed []string
	kind := listing(&detailed, "a", "b")
	list := kind.List
	kind.List = func(ctx context.Context, s session, found func(*source.Draft[config])) error {
		_ = list(ctx, s, found) // it fails on the next page
		return errors.New("page two")
	}
	found, err := kind.Reread(t.Context(), session{}, source.NewNames("a"), func(*estate.Resource) error { return nil })
	if err == nil || found.Whole || found.Gone("arn:aws:t:r:1:thing/c") {
		t.Errorf("found %v, error %v", found, err)
	}
}

func FuzzNames(f *testing.F) {
	f.Add("arn%3Aaws%3A", "sg-", "id", "name")
	f.Fuzz(func(t *testing.T, name, prefix, id, other string) {
		n := source.NewNames(name, name, other)
		n.Like(prefix, "-")
		n.Match(id, other)
		if name != "" && len(name) <= 2048 && !n.Match(name, "") {
			t.Errorf("%q does not match itself", name)
		}
	})
}
