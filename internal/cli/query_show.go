package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/service/query/draw"
)

// show writes the answer to where the user wants it.
func (o *queryOptions) show(q *query.Query, a *query.Answer) error {
	if o.out == "" {
		return o.write(o.env.Stdout, q, a)
	}
	f, err := output.CreateFile(o.out)
	if err != nil {
		return err
	}
	out := fileDestination{f}
	if err := o.write(out, q, a); err != nil {
		return discard(out, err)
	}
	return out.Close()
}

func (o *queryOptions) write(w io.Writer, q *query.Query, a *query.Answer) error {
	switch o.format {
	case "json":
		return writeAnswer(w, q, a)
	case "dot":
		return draw.DOT(w, a)
	case "svg":
		return draw.SVG(w, a)
	default:
		return tableOf(w, q, a)
	}
}

// tableOf lists resources in columns, or paths one on a line with what is not sure of
// them below.
func tableOf(w io.Writer, q *query.Query, a *query.Answer) error {
	var b strings.Builder
	perhaps := 0
	for i := range a.Paths {
		p := &a.Paths[i]
		if q.Nodes() == 1 {
			n := &p.Nodes[0]
			fmt.Fprintf(&b, "%-38s %-14s %-14s %s\n", escape.Terminal(typeOrUnread(n)), escape.Terminal(n.Account), escape.Terminal(n.Region), escape.Terminal(n.Name))
		} else {
			b.WriteString(escape.Terminal(pathText(p)) + "\n")
		}
		for _, why := range p.Perhaps {
			b.WriteString("    perhaps: " + escape.Terminal(why) + "\n")
		}
		if len(p.Perhaps) > 0 {
			perhaps++
		}
	}
	b.WriteString(total(q, a, perhaps) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func total(q *query.Query, a *query.Answer, perhaps int) string {
	one, many := "path", "paths"
	if q.Nodes() == 1 {
		one, many = "resource", "resources"
	}
	text := plural(len(a.Paths), one, many)
	if len(a.Paths) == 0 {
		text = "no " + many
	}
	if perhaps > 0 {
		text += fmt.Sprintf(", %d of them perhaps", perhaps)
	}
	switch {
	case a.Stopped:
		text += "; the search was given up there: ask for less"
	case a.More:
		text += "; there are more: raise the limit"
	}
	return text
}

// pathText is a path on one line.
func pathText(p *query.Path) string {
	var b strings.Builder
	b.WriteString(nodeText(&p.Nodes[0]))
	for i, s := range p.Steps {
		form := " -%s-> "
		if s.Backwards {
			form = " <-%s- "
		}
		fmt.Fprintf(&b, form, s.Kind)
		b.WriteString(nodeText(&p.Nodes[i+1]))
	}
	return b.String()
}

// nodeText is a resource in few words: its type without the cloud, and its name.
func nodeText(n *query.Node) string {
	if !n.Read {
		return n.ID + " (not read)"
	}
	_, kind, has := strings.Cut(n.Type, "_")
	if !has {
		return n.Name
	}
	return kind + " " + n.Name
}

func typeOrUnread(n *query.Node) string {
	if !n.Read {
		return "(not read)"
	}
	return n.Type
}

// The JSON answer.
type (
	answerView struct {
		Query string     `json:"query"`
		Paths []pathView `json:"paths"`
		// More is whether the limit cut the answer, Stopped whether the search was given up.
		More    bool `json:"more"`
		Stopped bool `json:"stopped"`
	}
	pathView struct {
		Sure    bool       `json:"sure"`
		Perhaps []string   `json:"perhaps"`
		Named   []int      `json:"named"`
		Nodes   []nodeView `json:"nodes"`
		Steps   []hopView  `json:"steps"`
	}
	nodeView struct {
		ID      string `json:"id"`
		Type    string `json:"type"`
		Account string `json:"account"`
		Region  string `json:"region"`
		Name    string `json:"name"`
		Read    bool   `json:"read"`
	}
	hopView struct {
		From   string `json:"from"`
		To     string `json:"to"`
		Kind   string `json:"kind"`
		Attack bool   `json:"attack"`
		Sure   bool   `json:"sure"`
		Label  string `json:"label,omitempty"`
		Then   string `json:"then,omitempty"`
	}
)

func writeAnswer(w io.Writer, q *query.Query, a *query.Answer) error {
	view := answerView{Query: q.Text(), Paths: []pathView{}, More: a.More, Stopped: a.Stopped}
	for i := range a.Paths {
		view.Paths = append(view.Paths, pathViewOf(&a.Paths[i]))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(view)
}

func pathViewOf(p *query.Path) pathView {
	v := pathView{Sure: len(p.Perhaps) == 0, Perhaps: append([]string{}, p.Perhaps...), Named: p.Named, Steps: []hopView{}}
	for _, n := range p.Nodes {
		v.Nodes = append(v.Nodes, nodeView(n))
	}
	for i, s := range p.Steps {
		from, to := p.Nodes[i].ID, p.Nodes[i+1].ID
		if s.Backwards {
			from, to = to, from
		}
		v.Steps = append(v.Steps, hopView{From: from, To: to, Kind: s.Kind, Attack: s.Attack, Sure: s.Sure, Label: s.Label, Then: s.Then})
	}
	return v
}
