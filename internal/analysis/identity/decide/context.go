package decide

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// World says what holds of a condition key that a Context does not mention.
type World uint8

const (
	// ClosedWorld takes it to be absent from the request.
	ClosedWorld World = iota
	// OpenWorld leaves it to the request.
	OpenWorld
)

// Context holds what is known of the condition keys of a request. Keys are compared
// without regard to case. The zero value is an empty request in a closed world.
// Methods that change it are not safe beside others.
type Context struct {
	world    World
	entries  map[string]entry
	prefixes []prefixEntry
}

// entry is what is known of a key.
type entry struct {
	state  state
	values []string
	like   string          // of a value known by a pattern only
	why    *estate.Unknown // of a key that could not be read
}

type prefixEntry struct {
	prefix string
	entry  entry
}

type state uint8

const (
	absent state = iota
	present
	shaped // present, one value of which a pattern is known
	open
	unreadable // fixed before any request, but not known
)

// NewContext returns an empty context.
func NewContext(world World) Context {
	return Context{world: world, entries: map[string]entry{}}
}

// Set gives a key its values; without any the key is absent, as AWS sees it.
func (c *Context) Set(key string, values ...string) {
	if len(values) == 0 {
		c.Absent(key)
		return
	}
	c.put(key, entry{state: present, values: values})
}

// SetLike says that a key is there with one value that the pattern stands for.
func (c *Context) SetLike(key, pattern string) { c.put(key, entry{state: shaped, like: pattern}) }

// Absent says that the request lacks the key. A key that ends in a star means all
// that begin so and are not mentioned themselves.
func (c *Context) Absent(key string) { c.mark(key, entry{state: absent}) }

// Open leaves the key to the request. A key that ends in a star means all that begin
// so and are not mentioned themselves.
func (c *Context) Open(key string) { c.mark(key, entry{state: open}) }

// Unread says that the key is fixed before any request, but could not be read: what
// hangs on it is Unknown, not Conditional. A key that ends in a star means all that
// begin so and are not mentioned themselves.
func (c *Context) Unread(key string, why estate.Unknown) {
	c.mark(key, entry{state: unreadable, why: &why})
}

// SetWorld changes what holds of the keys that are not mentioned.
func (c *Context) SetWorld(world World) { c.world = world }

// Clone returns a copy that changes on its own.
func (c *Context) Clone() Context {
	copied := Context{world: c.world, entries: make(map[string]entry, len(c.entries))}
	for key, e := range c.entries {
		copied.entries[key] = e
	}
	copied.prefixes = append(copied.prefixes, c.prefixes...)
	return copied
}

func (c *Context) mark(key string, e entry) {
	if prefix, all := strings.CutSuffix(key, "*"); all {
		c.prefixes = append(c.prefixes, prefixEntry{strings.ToLower(prefix), e})
		return
	}
	c.put(key, e)
}

func (c *Context) put(key string, e entry) {
	if c.entries == nil {
		c.entries = map[string]entry{}
	}
	c.entries[strings.ToLower(key)] = e
}

// lookup returns what is known of a key. Of two prefixes the later counts.
func (c *Context) lookup(key string) entry {
	var buffer [96]byte
	lower := appendLower(buffer[:0], key)
	e, found := c.find(lower)
	if !found && c.world == OpenWorld {
		return entry{state: open}
	}
	return e
}

// find returns what a context says of a key in lower case, and whether it says
// anything.
func (c *Context) find(lower []byte) (entry, bool) {
	if e, found := c.entries[string(lower)]; found {
		return e, true
	}
	for i := len(c.prefixes) - 1; i >= 0; i-- {
		if strings.HasPrefix(string(lower), c.prefixes[i].prefix) {
			return c.prefixes[i].entry, true
		}
	}
	return entry{state: absent}, false
}

// appendLower is strings.ToLower for the letters of condition keys, without memory
// of its own. Letters beyond ASCII go the long way.
func appendLower(to []byte, text string) []byte {
	const ascii = 0x80
	for i := range len(text) {
		b := text[i]
		if b >= ascii {
			return append(to[:0], strings.ToLower(text)...)
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		to = append(to, b)
	}
	return to
}
