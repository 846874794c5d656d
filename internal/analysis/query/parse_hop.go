package query

import (
	"slices"
	"strconv"
)

func (p *parser) arrowAhead() bool {
	t := p.peek()
	return t.kind == tokenMark && (t.text == "->" || t.text == "-" || t.text == "<-")
}

// hop reads one arrow, or two with a star between them.
func (p *parser) hop() (hopPattern, error) {
	start := p.peek()
	h, err := p.arrow()
	if err != nil || !p.accept(tokenMark, "*") {
		return h, err
	}
	if h.min, h.max, err = p.span(); err != nil {
		return h, err
	}
	if !p.arrowAhead() {
		return h, p.unexpected(p.peek(), "an arrow")
	}
	second, err := p.arrow()
	if err != nil {
		return h, err
	}
	if second.backwards != h.backwards || !slices.Equal(second.kinds, h.kinds) {
		return h, p.fail(start, "the arrows before and after * are not the same")
	}
	return h, nil
}

// span reads n..m, n.., ..m, n or nothing after a star.
func (p *parser) span() (least, most int, err error) {
	least, most = 1, defaultHops
	if p.numberAhead() {
		if least, err = p.hops(); err != nil {
			return 0, 0, err
		}
		most = least
	}
	start := p.peek()
	if p.accept(tokenMark, "..") {
		most = max(least, defaultHops)
		if p.numberAhead() {
			if most, err = p.hops(); err != nil {
				return 0, 0, err
			}
		}
	}
	if least > most {
		return 0, 0, p.fail(start, "from %d to %d hops is none", least, most)
	}
	return least, most, nil
}

func (p *parser) numberAhead() bool {
	t := p.peek()
	return t.kind == tokenWord && t.text[0] >= '0' && t.text[0] <= '9'
}

func (p *parser) hops() (int, error) {
	t := p.next()
	n, err := strconv.Atoi(t.text)
	if err != nil || n < 1 || n > maxHops {
		return 0, p.unexpected(t, "a number of hops from 1 to "+strconv.Itoa(maxHops))
	}
	return n, nil
}

// arrow reads ->, -kinds->, <- or <-kinds-.
func (p *parser) arrow() (hopPattern, error) {
	h := hopPattern{min: 1, max: 1}
	switch t := p.next(); t.text {
	case "->":
		return h, nil
	case "<-":
		h.backwards = true
		if !p.kindsAhead(t.offset + len(t.text)) {
			return h, nil
		}
		return p.kinds(h, "-")
	default:
		return p.kinds(h, "->")
	}
}

// kindsAhead tells the kinds of <-kinds-, which stand close to both its ends, from the
// node after a bare <-.
func (p *parser) kindsAhead(end int) bool {
	for _, t := range p.tokens {
		switch {
		case t.offset != end:
			return false
		case t.kind == tokenMark && t.text == "-":
			return true
		case t.kind == tokenWord && !reserved[t.text] || t.kind == tokenMark && (t.text == "|" || t.text == "*"):
			end = t.offset + len(t.text)
		default:
			return false
		}
	}
	return false
}

func (p *parser) kinds(h hopPattern, end string) (hopPattern, error) {
	for {
		t := p.next()
		if t.kind != tokenWord && (t.kind != tokenMark || t.text != "*") {
			return h, p.unexpected(t, "a kind of step or relation")
		}
		if err := p.known(t, "kind of step or relation", p.vocabulary.Kinds); err != nil {
			return h, err
		}
		h.kinds = append(h.kinds, t.text)
		if p.accept(tokenMark, end) {
			slices.Sort(h.kinds)
			return h, nil
		}
		if !p.accept(tokenMark, "|") {
			return h, p.unexpected(p.peek(), "| or "+end)
		}
	}
}
