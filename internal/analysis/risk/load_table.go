package risk

import (
	"math"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// table reads the root of a table.
func (d *decoder) table(n *yaml.Node) *Table {
	t := &Table{caps: map[string]Cap{}}
	d.fields(n, "a risk table",
		[]string{"version", "entries", "steps", "data", "privilege", "blast", "environment", "criticality", "bands"},
		map[string]func(*yaml.Node){
			"version": d.text(&t.version, "version"),
			"entries": d.rows(&t.entries, "entries", "internet"),
			"steps":   d.rows(&t.steps, "steps", StepExploit, StepExploitUnknown, StepExploitKEV, StepExploitRansomware),
			"data":    d.rows(&t.data, "data", unknownRow, "none"), "privilege": d.rows(&t.privilege, "privilege", unknownRow, "none"),
			"environment": d.rows(&t.environment, "environment", unknownRow), "criticality": d.rows(&t.criticality, "criticality", unknownRow),
			"blast": func(v *yaml.Node) {
				d.fields(v, "blast", []string{"weight"}, map[string]func(*yaml.Node){"weight": d.fraction(&t.blastWeight, "blast.weight")})
			},
			"bands":  d.bands(t),
			"floors": d.floors(t),
			"caps": func(v *yaml.Node) {
				d.Each(v, "caps", func(key, value *yaml.Node) { t.caps[key.Value] = d.capOf(value, "caps."+key.Value) })
			},
		})
	d.references(n, t)
	return t
}

func (d *decoder) bands(t *Table) func(*yaml.Node) {
	return func(n *yaml.Node) {
		names := []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low}
		from := make([]float64, len(names))
		known, needed := map[string]func(*yaml.Node){}, []string{}
		for i, name := range names {
			known[string(name)] = d.number(&from[i], "bands."+string(name), full)
			needed = append(needed, string(name))
		}
		d.fields(n, "bands", needed, known)
		above := band{from: math.Inf(1)}
		for i, name := range names {
			this := band{name, from[i]}
			if this.from >= above.from {
				d.Fail(n, "bands.%s must be below bands.%s", name, above.name)
			}
			t.bands, above = append(t.bands, this), this
		}
	}
}

func (d *decoder) floors(t *Table) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.Items(n, "floors", func(e *yaml.Node) {
			var f Floor
			d.fields(e, "a floor", []string{"name", "steps", "band", "because"}, map[string]func(*yaml.Node){
				"name": d.text(&f.Name, "name"), "steps": d.texts(&f.Steps, "steps"), "entries": d.texts(&f.Entries, "entries"),
				"data": d.texts(&f.Data, "data"), "band": d.severity(&f.Band, "band"), "because": d.text(&f.Because, "because"),
				"privileged": d.Flag(&f.Privileged, "privileged"),
			})
			t.floors = append(t.floors, f)
		})
	}
}

func (d *decoder) capOf(n *yaml.Node, what string) Cap {
	var c Cap
	d.fields(n, what, []string{"band", "because"}, map[string]func(*yaml.Node){
		"band": d.severity(&c.Band, what+".band"), "because": d.text(&c.Because, what+".because"),
	})
	return c
}

// references holds floors to rows that the table has, so that a misspelt one is not
// silently without effect.
func (d *decoder) references(n *yaml.Node, t *Table) {
	check := func(f Floor, section string, rows map[string]Number, words []string) {
		for _, w := range words {
			if _, ok := rows[w]; !ok {
				d.Fail(n, "floor %.40q names %.40q, which %s does not have", f.Name, w, section)
			}
		}
	}
	for _, f := range t.floors {
		check(f, "steps", t.steps, f.Steps)
		check(f, "entries", t.entries, f.Entries)
		check(f, "data", t.data, f.Data)
		if !slices.ContainsFunc(t.bands, func(b band) bool { return b.name == f.Band }) {
			d.Fail(n, "floor %.40q lifts to %q, which has no least score", f.Name, f.Band)
		}
	}
}
