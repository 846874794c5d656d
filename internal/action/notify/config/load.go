package config

import (
	"io"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/strictyaml"
)

// mostBytes bounds a file.
const mostBytes = 1 << 20

// Load reads the file. See Parse.
func Load(file string) (*Config, error) {
	op := "read the configuration of alerts"
	f, err := os.Open(file)
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, op, "%w", err).WithHint("docs/reference/notify.md shows an example")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return nil, estate.Errorf(estate.CodeIO, op, "%w", err)
	}
	return Parse(file, data)
}

// Parse reads the text of a file of the given name. The error holds all that is wrong, each
// with line and column, and no secret.
func Parse(name string, data []byte) (*Config, error) {
	d := &decoder{Decoder: strictyaml.Decoder{File: name, Noun: "configuration of alerts", Problems: &strictyaml.Problems{}}}
	root := d.Root(data, mostBytes)
	if root == nil {
		return nil, d.Problems.Err()
	}
	d.file(root)
	if err := d.Problems.Err(); err != nil {
		return nil, err
	}
	d.warn()
	return &d.config, nil
}

// decoder reads one file.
type decoder struct {
	strictyaml.Decoder
	config Config
	// places are where routes and channels stand, for warnings.
	places map[string]strictyaml.Position
	zone   zone
}

func (d *decoder) file(root *yaml.Node) {
	d.places = map[string]strictyaml.Position{}
	found := d.nodes(root, "the file", "channels", "default", "due", "escalate", "routes", "zone")
	if n := found["zone"]; n != nil {
		d.location(&d.zone)(n)
	}
	if n := found["channels"]; n != nil {
		d.Items(n, "channels", d.channel)
	}
	if n := found["routes"]; n != nil {
		d.Items(n, "routes", d.route)
	}
	if n := found["default"]; n != nil {
		d.fallback(n)
	} else {
		d.Fail(root, "nothing says what happens to alerts that no route takes: add default")
	}
	if n := found["due"]; n != nil {
		d.Items(n, "due", d.due)
	}
	if n := found["escalate"]; n != nil {
		d.Items(n, "escalate", d.step)
		if found["due"] == nil {
			d.Fail(n, "escalate needs due: without a due date nothing is overdue")
		}
	}
}

// nodes returns the values of a mapping by key, so that they can be read in another order
// than that of the file.
func (d *decoder) nodes(n *yaml.Node, what string, names ...string) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	known := map[string]func(*yaml.Node){}
	for _, name := range names {
		known[name] = func(v *yaml.Node) { found[name] = v }
	}
	d.Keys(n, what, known)
	return found
}
