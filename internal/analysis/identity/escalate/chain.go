package escalate

// Chain knows who becomes whom, and tells who is reached over several hops. Use one from a
// single goroutine.
type Chain struct {
	hops    map[string][]hop
	reached map[string]map[string]Verdict
}

// hop is acting as somebody else.
type hop struct {
	to      string
	verdict Verdict
}

// Add takes in the edges of a principal. Only those by which it comes to act as somebody
// else are hops.
func (c *Chain) Add(edges []Edge) {
	if c.hops == nil {
		c.hops = map[string][]hop{}
	}
	for i := range edges {
		if e := &edges[i]; e.Yields == Credential || e.Yields == CodeAs {
			c.hops[e.From] = append(c.hops[e.From], hop{e.To, e.Verdict})
		}
	}
	c.reached = nil
}

// Reached returns everybody whom a principal comes to act as, over any number of hops and
// without itself. The verdict is that of the weakest hop of the surest way. Do not change
// the map.
func (c *Chain) Reached(from string) map[string]Verdict {
	if known, ok := c.reached[from]; ok {
		return known
	}
	found := map[string]Verdict{from: Yes}
	for level := Yes; level > No; level-- {
		queue := make([]string, 0, len(found))
		for arn := range found {
			queue = append(queue, arn)
		}
		for len(queue) > 0 {
			at := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, h := range c.hops[at] {
				if _, known := found[h.to]; !known && h.verdict >= level {
					found[h.to] = level
					queue = append(queue, h.to)
				}
			}
		}
	}
	delete(found, from)
	if c.reached == nil {
		c.reached = map[string]map[string]Verdict{}
	}
	c.reached[from] = found
	return found
}

// Profits tells whether who takes an edge that yields PolicyWrite also comes to act as one
// to whom the policy applies: bearers are the principals that have the policy or are in the
// group. The first one is returned that is reached most surely; "" with No.
func (c *Chain) Profits(e *Edge, bearers []string) (as string, v Verdict) {
	if e.Self {
		return e.From, e.Verdict
	}
	reached := c.Reached(e.From)
	for _, arn := range append([]string{e.To}, bearers...) {
		if got := min(e.Verdict, reached[arn]); got > v {
			as, v = arn, got
		}
	}
	return as, v
}
