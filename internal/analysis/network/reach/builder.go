package reach

import (
	"bytes"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

// Builder gathers the facts that networks are made of. It is for one goroutine; the
// networks it builds are safe for many and do not change when it does.
type Builder struct {
	parser fastjson.Parser
	words  map[string]string
	facts  facts
	owners map[string]owner
	dirty  [parts]bool
	lost   map[estate.Scope]estate.Coverage
	last   *Network
}

// owner is what was read of a resource.
type owner struct {
	part   part
	forget func()
}

// part is a group of facts that are indexed together.
type part uint8

const (
	networks part = iota
	filters
	machines
	services
	parts
)

// NewBuilder returns a builder that knows nothing.
func NewBuilder() *Builder {
	return &Builder{words: map[string]string{}, facts: newFacts(), owners: map[string]owner{}, lost: map[estate.Scope]estate.Coverage{}}
}

// Add takes over a resource from its line of the inventory. Types that no answer needs
// are passed over. A resource that is known already is replaced. The error says that
// the line is no resource; nothing has changed then. The line may be reused after.
func (b *Builder) Add(data []byte) error {
	if kind, found := typeOf(data); found && readers[kind].read == nil {
		return nil
	}
	v, err := b.parser.ParseBytes(data)
	if err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	r := readers[string(v.GetStringBytes("type"))]
	if r.read == nil {
		return nil
	}
	l := line{b: b, v: v, config: v.Get("config"), unknown: v.GetArray("unknown")}
	id := string(v.GetStringBytes("id"))
	if id == "" || l.config == nil || l.config.Type() != fastjson.TypeObject {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "a %.40q has no id or no settings", v.GetStringBytes("type"))
	}
	b.Remove(id)
	b.owners[id] = owner{r.part, r.read(l, &b.facts)}
	b.dirty[r.part] = true
	return nil
}

// Remove forgets a resource; it does nothing when the resource is not known.
func (b *Builder) Remove(id string) {
	if o, known := b.owners[id]; known {
		o.forget()
		b.dirty[o.part] = true
		delete(b.owners, id)
	}
}

// Lost takes over that a scope could not be read, or was left out. Whole scopes are
// no loss. Answers that need what may be in the scope become unknown with its reason.
// An empty account, region or type stands for every one.
func (b *Builder) Lost(c estate.Coverage) {
	if c.Complete() {
		delete(b.lost, c.Scope)
		return
	}
	b.lost[c.Scope] = c
}

// own returns a lasting copy of a text, the same one for equal texts.
func (b *Builder) own(text []byte) string {
	if word, known := b.words[string(text)]; known {
		return word
	}
	word := string(text)
	b.words[word] = word
	return word
}

func (b *Builder) texts(values []*fastjson.Value) []string {
	if len(values) == 0 {
		return nil
	}
	list := make([]string, 0, len(values))
	for _, v := range values {
		if text, err := v.StringBytes(); err == nil {
			list = append(list, b.own(text))
		}
	}
	return list
}

// typeOf finds the type of a line without parsing it all, where the line is written
// as the inventory writes it: the id first, the type second.
func typeOf(data []byte) (string, bool) {
	const most = 4096
	head := data[:min(len(data), most)]
	if !bytes.HasPrefix(head, []byte(`{"id":"`)) {
		return "", false
	}
	_, rest, found := bytes.Cut(head[len(`{"id":"`):], []byte(`"`))
	if !found || !bytes.HasPrefix(rest, []byte(`,"type":"`)) {
		return "", false
	}
	kind, _, found := bytes.Cut(rest[len(`,"type":"`):], []byte(`"`))
	if !found || strings.ContainsRune(string(kind), '\\') {
		return "", false
	}
	return string(kind), true
}
