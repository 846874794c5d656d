package escalate

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// decoder reads the nodes of a rule file.
type decoder struct{ strict strictyaml.Decoder }

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.strict.Fail(n, format, args...)
}

func (d *decoder) keys(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	d.strict.Keys(n, what, known)
}

func (d *decoder) each(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	d.strict.Each(n, what, f)
}

func (d *decoder) items(n *yaml.Node, what string, f func(*yaml.Node)) { d.strict.Items(n, what, f) }

func (d *decoder) text(into *string, what string) func(*yaml.Node) { return d.strict.Text(into, what) }

func (d *decoder) texts(into *[]string, what string) func(*yaml.Node) {
	return d.strict.Texts(into, what)
}

func (d *decoder) flag(into *bool, what string) func(*yaml.Node) { return d.strict.Flag(into, what) }

// word stores one of the words.
func word[T ~string](d *decoder, into *T, what string, words ...T) func(*yaml.Node) {
	return func(n *yaml.Node) {
		var s string
		d.text(&s, what)(n)
		if s != "" && !slices.Contains(words, T(s)) {
			d.fail(n, "%s %q is none of %s", what, s, strings.Join(strs(words), ", "))
		}
		*into = T(s)
	}
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
