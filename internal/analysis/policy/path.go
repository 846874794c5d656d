package policy

import (
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// node is anything that stands somewhere in a resource.
type node interface {
	path() string
	json() *fastjson.Value
}

// pathOf joins the path of a parent with a field or an index below it.
func pathOf(parent node, seg string, index int) string {
	base := ""
	if parent != nil {
		base = parent.path()
	}
	if index >= 0 {
		return base + "[" + strconv.Itoa(index) + "]"
	}
	if base == "" || seg == "" || strings.HasPrefix(seg, "[") {
		return base + seg
	}
	return base + "." + seg
}

// joinKey adds a map key to a path: after a dot when it is a plain word, else in
// quotes, so that what an attacker calls a key cannot pass for a path.
func joinKey(base, key string) string {
	if !plainKey(key) {
		return base + "[" + strconv.Quote(key) + "]"
	}
	if base == "" {
		return key
	}
	return base + "." + key
}

func plainKey(key string) bool {
	for _, c := range key {
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return key != ""
}
