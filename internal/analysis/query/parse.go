package query

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate/spelling"
)

// Vocabulary is what queries may name beside the words of the language.
type Vocabulary struct {
	// Types are the types of resources.
	Types []string
	// Kinds are the kinds of relations and of steps of attackers.
	Kinds []string
}

// Parse reads a query. Each $name in it stands for a value of params. Errors begin with
// line:column; a word that the vocabulary does not have is one.
func Parse(text string, vocabulary Vocabulary, params map[string]string) (*Query, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens, vocabulary: vocabulary, params: params, used: map[string]bool{}, places: map[string]int{}}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !p.used[name] {
			return nil, failAt(text, len(text), "the query has no $%s", name)
		}
	}
	return q, nil
}

// Params returns the names of the $names in a query, each once, in their order; none
// for a text that is no query.
func Params(text string) []string {
	tokens, err := lex(text)
	if err != nil {
		return nil
	}
	var names []string
	for _, t := range tokens {
		if t.kind == tokenParam && !slices.Contains(names, t.text) {
			names = append(names, t.text)
		}
	}
	return names
}

type parser struct {
	text       string
	tokens     []token
	vocabulary Vocabulary
	params     map[string]string
	used       map[string]bool
	places     map[string]int // by alias
	nodes      int
	terms      int
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != tokenEnd {
		p.tokens = p.tokens[1:]
	}
	return t
}

// accept takes the next token when it is this mark or this word.
func (p *parser) accept(kind tokenKind, text string) bool {
	if t := p.peek(); t.kind != kind || t.text != text {
		return false
	}
	p.next()
	return true
}

func (p *parser) fail(t token, format string, args ...any) error {
	return failAt(p.text, t.offset, format, args...)
}

// unexpected says what would have been right.
func (p *parser) unexpected(t token, wanted string) error {
	if t.kind == tokenEnd {
		return p.fail(t, "the query ends where %s should stand", wanted)
	}
	return p.fail(t, "%q stands where %s should", t.text, wanted)
}

func (p *parser) query() (*Query, error) {
	q := &Query{text: p.text, limit: defaultLimit}
	if err := p.pattern(q); err != nil {
		return nil, err
	}
	if p.accept(tokenWord, "where") {
		c, err := p.either(0)
		if err != nil {
			return nil, err
		}
		q.where = conjuncts(c)
	}
	if p.accept(tokenWord, "limit") {
		t := p.next()
		n, err := strconv.Atoi(t.text)
		if t.kind != tokenWord || err != nil || n < 1 || n > maxLimit {
			return nil, p.unexpected(t, "a number from 1 to "+strconv.Itoa(maxLimit))
		}
		q.limit = n
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, p.unexpected(t, "an arrow, where, limit or the end")
	}
	return q, nil
}

// pattern reads node arrow node arrow ... node.
func (p *parser) pattern(q *Query) error {
	first, err := p.node()
	if err != nil {
		return err
	}
	q.nodes = append(q.nodes, first)
	for p.arrowAhead() {
		hop, err := p.hop()
		if err != nil {
			return err
		}
		t := p.peek()
		node, err := p.node()
		if err != nil {
			return err
		}
		if len(q.nodes) == maxNodes {
			return p.fail(t, "a path names at most %d nodes", maxNodes)
		}
		q.nodes, q.hops = append(q.nodes, node), append(q.hops, hop)
	}
	return nil
}

// known refuses a word, or a pattern, that nothing in the list answers to.
func (p *parser) known(t token, what string, list []string) error {
	for _, candidate := range list {
		if like(t.text, candidate) {
			return nil
		}
	}
	if near := spelling.Nearest(t.text, list); near != "" {
		return p.fail(t, "there is no %s %q; is %q meant?", what, t.text, near)
	}
	return p.fail(t, "there is no %s %q", what, strings.TrimSpace(t.text))
}
