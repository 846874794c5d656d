package reference

import (
	"errors"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/stance-sec/stance/internal/estate"
)

// Format is the number that the data file begins with: another format has another.
const Format = 1

// maxBytes is the most that a data file may unpack to.
const maxBytes = 64 << 20

// Decode reads a data file: one zstd frame of unsigned varints and texts, in this order.
// A list begins with its length.
//
//	Format · date · sources (name, version, checksum), each text as length and bytes
//	texts: all lengths, then all bytes; later entries name a text by its index
//	condition keys: text, type (16 more for many values); by lower-case name
//	key sets: keys by index
//	services: prefix, title, whether resource control policies act; by prefix
//	resource types: service, name text, ARN text, key set
//	actions, by lower-case name: name text, level, key set,
//	  resource types (twice the index, plus 1 when required; key set),
//	  dependent actions by index
//
// The error is estate.CodeInvalid.
func Decode(data []byte) (*Table, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBytes))
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "read AWS reference data", "%w", err)
	}
	defer decoder.Close()
	plain, err := decoder.DecodeAll(data, nil)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read AWS reference data", "%w", err)
	}
	r := &reader{data: plain}
	t := r.table()
	if r.err == nil && len(r.data) > 0 {
		r.err = errors.New("bytes follow the last entry")
	}
	if r.err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read AWS reference data", "%w", r.err)
	}
	return t, nil
}

func (r *reader) table() *Table {
	t := &Table{byARN: map[string][]*ResourceType{}}
	if v := r.number(); v != Format && r.err == nil {
		r.err = errors.New("the data has a format of another version")
		return t
	}
	t.version.Date = r.text()
	t.version.Sources = make([]Source, r.length())
	for i := range t.version.Sources {
		t.version.Sources[i] = Source{r.text(), r.text(), r.text()}
	}
	texts := r.texts()
	r.readKeys(t, texts)
	sets := r.sets(t)
	t.services = make([]Service, r.length())
	for i := range t.services {
		t.services[i] = Service{at(r, texts), at(r, texts), r.number() != 0}
	}
	t.types = make([]ResourceType, r.length())
	for i := range t.types {
		t.types[i] = ResourceType{at(r, t.services).Prefix, at(r, texts), at(r, texts), at(r, sets)}
		service := arnService(t.types[i].ARN)
		t.byARN[service] = append(t.byARN[service], &t.types[i])
	}
	r.actions(t, texts, sets)
	return t
}

func (r *reader) readKeys(t *Table, texts []string) {
	t.keys = make([]key, r.length())
	for i := range t.keys {
		name := at(r, texts)
		t.keys[i] = key{name, strings.ToLower(name), KeyType(r.number())}
		if strings.Contains(name, "*") {
			t.forms = append(t.forms, t.keys[i])
		}
	}
}

func (r *reader) sets(t *Table) [][]string {
	sets := make([][]string, r.length())
	for i := range sets {
		if n := r.length(); n > 0 {
			sets[i] = make([]string, n)
		}
		for j := range sets[i] {
			sets[i][j] = at(r, t.keys).name
		}
	}
	return sets
}

func (r *reader) actions(t *Table, texts []string, sets [][]string) {
	n := r.length()
	if n > int(NoID) {
		r.err = errors.New("more actions than IDs")
		return
	}
	t.actions, t.lower = make([]Action, n), make([]string, n)
	for i := range t.actions {
		a := &t.actions[i]
		a.ID, a.Name, a.Level, a.Keys = uint16(i), at(r, texts), Level(r.number()), at(r, sets)
		t.lower[i] = strings.ToLower(a.Name)
		a.Service, _, _ = strings.Cut(t.lower[i], ":")
		if n := r.length(); n > 0 {
			a.Resources = make([]ActionResource, n)
		}
		for j := range a.Resources {
			a.Resources[j] = r.actionResource(t, sets)
		}
		if n := r.length(); n > 0 {
			a.Dependents = make([]uint16, n)
		}
		for j := range a.Dependents {
			a.Dependents[j] = uint16(r.index(len(t.actions)))
		}
	}
}

func (r *reader) actionResource(t *Table, sets [][]string) ActionResource {
	n := r.number()
	res := ActionResource{Required: n&1 != 0, Keys: at(r, sets)}
	if n >>= 1; n < uint64(len(t.types)) {
		res.Type = &t.types[n]
	} else if r.err == nil {
		r.err = errIndex
	}
	return res
}
