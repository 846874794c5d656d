package unused_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const (
	account = "111122223333"
	roleARN = "arn:aws:iam::" + account + ":role/app"
)

// window is ninety days before the day on which everything was read.
var window = unused.Window{Now: day("2026-11-22"), Days: 90}

func day(text string) time.Time {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return at
}

// object is a part of a resource's line.
type object = map[string]any

// world gathers lines as a saved run has them.
type world struct {
	t       *testing.T
	builder *access.Builder
	facts   *unused.Facts
}

// newWorld returns an account that is in no organisation.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t, access.NewBuilder(), unused.NewFacts()}
	w.add("aws_account", "arn:aws:iam::"+account+":root", object{})
	return w
}

func (w *world) add(kind, id string, config object, more ...object) {
	w.t.Helper()
	line := object{"id": id, "type": kind, "account": account, "name": id[len("arn:aws:iam::"+account+":"):], "created": "2020-01-01T00:00:00Z", "tags": object{}, "config": config}
	for _, m := range more {
		for key, value := range m {
			line[key] = value
		}
	}
	raw, err := json.Marshal(line)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.builder.Add(kind, raw); err != nil {
		w.t.Fatal(err)
	}
	if err := w.facts.Add(kind, raw); err != nil {
		w.t.Fatal(err)
	}
}

// role adds the role with one inline policy per document.
func (w *world) role(docs ...*policydoc.Document) {
	w.t.Helper()
	inline := []object{}
	for i, doc := range docs {
		inline = append(inline, object{"name": string(rune('a' + i)), "document": doc})
	}
	w.add("aws_iam_role", roleARN, object{"attached_policies": []string{}, "inline_policies": inline})
}

func (w *world) uses(services ...unused.Service) {
	w.t.Helper()
	w.add("aws_iam_last_accessed", roleARN+"#last-accessed", object{"principal": roleARN, "as_of": "2026-11-22T00:00:00Z", "services": services})
}

func (w *world) auditor() (*unused.Auditor, *access.Principal) {
	w.t.Helper()
	d := w.builder.Directory()
	p := d.Principal(roleARN)
	if p == nil {
		w.t.Fatal("the role is not there")
	}
	return unused.NewAuditor(w.facts, d, window), p
}

// document parses a policy in AWS's form.
func document(t *testing.T, text string) *policydoc.Document {
	t.Helper()
	doc, err := policydoc.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// service is a service last used on a day, "" for never, with tracked actions by name.
func service(prefix, used string, actions map[string]string) unused.Service {
	s := unused.Service{Prefix: prefix, LastUsed: moment(used), Actions: []unused.Action{}}
	for name, at := range actions {
		s.Actions = append(s.Actions, unused.Action{Name: name, LastUsed: moment(at)})
	}
	return s
}

func moment(text string) *time.Time {
	if text == "" {
		return nil
	}
	at := day(text)
	return &at
}

// compact takes the white space out of JSON.
func compact(t *testing.T, raw []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
