package config

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate/spelling"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// mostName bounds a name, in bytes.
const mostName = 60

// channel reads one channel. Its type says which other keys it has.
func (d *decoder) channel(n *yaml.Node) {
	c := Channel{Settings: map[string][]string{}}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "type" && n.Content[i+1].Kind == yaml.ScalarNode {
				c.Type = n.Content[i+1].Value
			}
		}
	}
	known := map[string]func(*yaml.Node){"name": d.name(&c.Name, n), "type": d.choice(&c.Type, "type", Types())}
	for name, s := range types[c.Type].settings {
		known[name] = func(v *yaml.Node) { c.Settings[name] = d.setting(v, name, s) }
	}
	if _, ok := types[c.Type]; !ok && n.Kind == yaml.MappingNode {
		d.Fail(n, "type %.80q of the channel is none of %s%s", c.Type, strings.Join(Types(), ", "), spelling.Suggestion(c.Type, Types()))
		return
	}
	before := d.Problems.Len()
	d.Keys(n, "a channel of type "+c.Type, known)
	if d.Problems.Len() > before {
		d.config.Channels = append(d.config.Channels, c) // so that routes to it are no second problem
		return
	}
	for _, name := range sorted(types[c.Type].settings) {
		if types[c.Type].settings[name].must && c.Settings[name] == nil {
			d.Fail(n, "a channel of type %s needs %s", c.Type, name)
		}
	}
	if c.Name == "" {
		d.Fail(n, "a channel needs a name")
		return
	}
	if c.Type == "email" && (c.Get("user") == "") != (c.Get("password") == "") {
		d.Fail(n, "user and password go together")
	}
	if c.Type == "email" && c.Get("user") != "" && c.Get("tls") == "none" {
		d.Fail(n, "a password is not sent without TLS")
	}
	d.config.Channels = append(d.config.Channels, c)
}

// name stores a name that no other channel or route has.
func (d *decoder) name(into *string, of *yaml.Node) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if !d.Scalar(n, "name") {
			return
		}
		plain := func(r rune) bool {
			return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' || r == ' '
		}
		switch _, taken := d.places[n.Value]; {
		case len(n.Value) > mostName || strings.ContainsFunc(n.Value, func(r rune) bool { return !plain(r) }):
			d.Fail(n, "name %.80q has more than %d characters, or others than letters, digits, space, -, _ and .", n.Value, mostName)
		case taken || n.Value == fallbackName:
			d.Fail(n, "name %.80q is taken", n.Value)
		default:
			*into = n.Value
			d.places[n.Value] = strictyaml.At(d.File, of)
		}
	}
}

// setting returns the values of a setting; nil when there is a problem.
func (d *decoder) setting(n *yaml.Node, name string, s setting) []string {
	var text string
	switch s.kind {
	case aList:
		var list []string
		d.Texts(&list, name)(n)
		return list
	case aFlag:
		var on bool
		d.Flag(&on, name)(n)
		return []string{strconv.FormatBool(on)}
	case aChoice:
		d.choice(&text, name, s.choices)(n)
	case aNumber:
		return []string{strconv.Itoa(d.number(n, name, 65535))}
	case aSecret:
		if !d.Scalar(n, name) {
			return nil
		}
		if text = n.Value; !reference(text) {
			d.Fail(n, "%s is a secret: write env:NAME or file:/path, and never the secret itself", name)
		}
	case aText, anURL:
		d.Text(&text, name)(n)
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

// reference reports whether the text says where a secret is.
func reference(text string) bool {
	if name, ok := strings.CutPrefix(text, "env:"); ok {
		return name != "" && !strings.ContainsAny(name, " =\x00")
	}
	file, ok := strings.CutPrefix(text, "file:")
	return ok && filepath.IsAbs(file)
}

// choice stores one of the words.
func (d *decoder) choice(into *string, what string, words []string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if !d.Scalar(n, what) {
			return
		}
		if !slices.Contains(words, n.Value) {
			d.Fail(n, "%s %.80q is none of %s%s", what, n.Value, strings.Join(words, ", "), spelling.Suggestion(n.Value, words))
			return
		}
		*into = n.Value
	}
}

// number returns a whole number from 1 to most; 1 when there is a problem.
func (d *decoder) number(n *yaml.Node, what string, most int) int {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < 1 || v > most {
		d.Fail(n, "%s must be a whole number from 1 to %d", what, most)
		return 1
	}
	return v
}
