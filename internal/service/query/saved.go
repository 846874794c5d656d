package query

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/estate"
)

// Saved is a query with a name.
type Saved struct {
	// Name is that of its file, without the ending.
	Name string `yaml:"-"`
	// Title says in a line what it finds.
	Title  string  `yaml:"title"`
	Query  string  `yaml:"query"`
	Params []Param `yaml:"params"`
}

// Param is a $name in a saved query.
type Param struct {
	Name string `yaml:"name"`
	// About says what it stands for.
	About string `yaml:"about"`
	// Default is its value when the user gives none; without one it must be given.
	Default *string `yaml:"default"`
}

const ending = ".yaml"

// Library reads the saved queries of a folder, sorted by name.
func Library(folder fs.FS) ([]Saved, error) {
	names, err := fs.Glob(folder, "*"+ending)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "list the saved queries", "%w", err)
	}
	slices.Sort(names)
	var all []Saved
	for _, name := range names {
		s, err := read(folder, name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func read(folder fs.FS, name string) (Saved, error) {
	op := "read the saved query " + name
	s := Saved{Name: strings.TrimSuffix(name, ending)}
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return s, estate.Errorf(estate.CodeIO, op, "%w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return s, estate.Errorf(estate.CodeInvalid, op, "%s", strings.Join(strings.Fields(err.Error()), " "))
	}
	s.Query = strings.TrimSpace(s.Query)
	declared := make([]string, len(s.Params))
	for i, p := range s.Params {
		declared[i] = p.Name
	}
	if s.Title == "" || s.Query == "" || !slices.Equal(slices.Sorted(slices.Values(declared)), slices.Sorted(slices.Values(query.Params(s.Query)))) {
		return s, estate.Errorf(estate.CodeInvalid, op, "it needs a title, a query, and in params each $name of the query once")
	}
	return s, nil
}

// Values returns what the names of the query stand for: what the user gives, else the
// defaults. What has neither is left out.
func (s *Saved) Values(given map[string]string) map[string]string {
	values := map[string]string{}
	for _, p := range s.Params {
		if p.Default != nil {
			values[p.Name] = *p.Default
		}
	}
	for name, value := range given {
		values[name] = value
	}
	return values
}
