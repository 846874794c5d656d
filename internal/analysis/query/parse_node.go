package query

import "slices"

// node reads word|word alias.
func (p *parser) node() (nodePattern, error) {
	var n nodePattern
	for {
		if err := p.oneOf(&n); err != nil {
			return n, err
		}
		if !p.accept(tokenMark, "|") {
			break
		}
	}
	if t := p.peek(); t.kind == tokenWord && !reserved[t.text] {
		if err := p.alias(&n); err != nil {
			return n, err
		}
	}
	p.nodes++
	return n, nil
}

// oneOf reads any, a word, a type, a text, or a parameter that stands for a text.
func (p *parser) oneOf(n *nodePattern) error {
	t := p.next()
	switch {
	case t.kind == tokenString && t.text == "":
		return p.fail(t, "an empty text names nothing")
	case t.kind == tokenString:
		n.literal = append(n.literal, t.text)
	case t.kind == tokenParam:
		value, err := p.param(t)
		if err != nil {
			return err
		}
		n.literal = append(n.literal, value)
	case t.kind == tokenWord && t.text == anyNode:
		n.any = true
	case t.kind == tokenWord && !reserved[t.text]:
		w, ok := words[t.text]
		if !ok {
			if err := p.known(t, "node", slices.Concat(p.vocabulary.Types, Words())); err != nil {
				return err
			}
			w = word{types: []string{t.text}}
		}
		n.words = append(n.words, w)
	case t.kind == tokenMark && t.text == "*":
		return p.fail(t, "* stands between two arrows; one node of any kind is %s", anyNode)
	default:
		return p.unexpected(t, "a node")
	}
	return nil
}

func (p *parser) alias(n *nodePattern) error {
	t := p.next()
	if !plain(t.text) || slices.Contains(fieldNames, t.text) || t.text == "tag" || t.text == "data" {
		return p.fail(t, "%q cannot name a node: a name has letters, digits and _, and is no attribute", t.text)
	}
	if _, taken := p.places[t.text]; taken {
		return p.fail(t, "two nodes are named %q", t.text)
	}
	n.alias = t.text
	p.places[t.text] = p.nodes
	return nil
}

func plain(text string) bool {
	for i := range len(text) {
		if !letter(text[i]) {
			return false
		}
	}
	return text[0] < '0' || text[0] > '9'
}

func (p *parser) param(t token) (string, error) {
	value, ok := p.params[t.text]
	if !ok {
		return "", p.fail(t, "$%s has no value; give one with --param %s=VALUE", t.text, t.text)
	}
	p.used[t.text] = true
	return value, nil
}

// like reports whether the text is the pattern, in which * stands for any text.
func like(pattern, text string) bool {
	star, retry := -1, 0
	i, j := 0, 0
	for j < len(text) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, retry = i, j
			i++
		case i < len(pattern) && pattern[i] == text[j]:
			i++
			j++
		case star >= 0:
			retry++
			i, j = star+1, retry
		default:
			return false
		}
	}
	for i < len(pattern) && pattern[i] == '*' {
		i++
	}
	return i == len(pattern)
}
