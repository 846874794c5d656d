package event

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stance-sec/stance/internal/source/secret"
)

// The bounds of what is looked at for names.
const (
	maxNames = 64
	maxDepth = 16
	maxNodes = 20_000
	maxName  = 2048 // bytes
)

// endings are the ends of parameters' names whose values are identifiers. Values of other
// parameters are looked at for ARNs only, so that settings and secrets are never kept.
var endings = []string{
	"name", "names", "id", "ids", "arn", "arns", "identifier", "identifiers", "url", "urls",
	"resource", "resources", "resourcelist", "bucket", "topic", "queue", "user", "role",
}

// passing are parameters that end so and name nothing that lasts.
var passing = map[string]bool{
	"requestid": true, "accesskeyid": true, "ownerid": true, "reservationid": true, "requesterid": true, "principalid": true,
	"availabilityzoneid": true,
}

// names returns what may be identifiers in a record, ARNs first.
func (r record) names() []string {
	g := gatherer{seen: map[string]bool{}}
	for _, part := range []any{r.Resources, r.Request, r.Response, r.Service} {
		g.walk("", part, 0)
	}
	slices.SortStableFunc(g.names, func(a, b string) int { return rank(a) - rank(b) })
	if len(g.names) > maxNames {
		g.names = g.names[:maxNames]
	}
	return g.names
}

func rank(name string) int {
	if strings.HasPrefix(name, "arn:") {
		return 0
	}
	return 1
}

type gatherer struct {
	names []string
	seen  map[string]bool
	nodes int
}

func (g *gatherer) walk(key string, v any, depth int) {
	if g.nodes++; depth > maxDepth || g.nodes > maxNodes || len(g.names) >= 4*maxNames {
		return
	}
	switch v := v.(type) {
	case string:
		g.leaf(key, v)
	case []any:
		for _, e := range v {
			g.walk(key, e, depth+1)
		}
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys) // so that a bound cuts the same every time
		for _, k := range keys {
			if k == "items" || k == "member" { // how EC2 and the query protocol write lists
				g.walk(key, v[k], depth+1)
				continue
			}
			g.walk(k, v[k], depth+1)
		}
	}
}

func (g *gatherer) leaf(key, value string) {
	if g.seen[value] || !identifies(key, value) {
		return
	}
	g.seen[value] = true
	g.names = append(g.names, value)
}

// identifies reports whether a parameter's value can be an identifier, and is no secret.
func identifies(key, value string) bool {
	if value == "" || len(value) > maxName || !utf8.ValidString(value) || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return false
	}
	if secret.Setting(key, value) != nil {
		return false
	}
	lower := strings.ToLower(key)
	if strings.HasPrefix(value, "arn:") && !strings.ContainsAny(value, " {}") {
		return true
	}
	if passing[lower] || len(value) > 512 {
		return false
	}
	return slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(lower, end) })
}
