package html

import (
	"encoding/json"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/action/output/group"
	"github.com/stance-sec/stance/internal/estate"
)

// row is one resource of a check as the script shows it.
type row struct {
	Name    string   `json:"n"`
	ID      string   `json:"id"`
	Account string   `json:"a"` // cloud/account
	Region  string   `json:"r"`
	Message string   `json:"m"`
	Details []string `json:"d,omitempty"`
	Badges  []string `json:"b,omitempty"`
	Covers  string   `json:"c,omitempty"`
	New     bool     `json:"new,omitempty"`
}

const (
	detailsShown = 4
	detailLength = 240
	coversShown  = 30
)

// data writes the names of accounts, and the rows of every group in the order of the
// groups on the page. Its text cannot end the script element, since < is escaped.
func (p *page) data() {
	names := map[string]string{}
	for key := range p.set.Names {
		names[escape.Terminal(key)] = escape.Terminal(p.set.Names.LabelOf(key))
	}
	p.Text(`{"names":`)
	p.json(names)
	p.Text(",\n\"rows\":")
	comma := "[\n"
	for _, l := range p.lists() {
		for _, g := range l.groups {
			p.Text(comma)
			comma = ",\n"
			p.rowsData(rowsOf(g, l.name), l.name)
		}
	}
	if comma == "[\n" {
		p.Text("[")
	}
	p.Text("\n]}")
}

func (p *page) json(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		p.Fail(estate.Errorf(estate.CodeInternal, "write report", "%w", err))
		return
	}
	p.Bytes(escape.JSON(data))
}

func (p *page) rowsData(entries []group.Entry, list string) {
	rows := make([]row, len(entries))
	for i := range entries {
		rows[i] = p.row(&entries[i], list)
	}
	p.json(rows)
}

// rowsOf returns the findings that a list shows of a check.
func rowsOf(g *group.Group, list string) []group.Entry {
	switch list {
	case listFailing:
		return g.Failures
	case listUnknown:
		return g.Unknowns
	case listFolded:
		return g.Narrower
	default:
		return nil
	}
}

func (p *page) row(e *group.Entry, list string) row {
	f := &e.Finding
	r := row{
		Name: escape.Terminal(p.set.Names.Resource(f.Resource)), ID: escape.Terminal(f.Resource.ID),
		Account: escape.Terminal(output.AccountKey(f.Resource.Cloud, f.Resource.Account)), Region: escape.Terminal(f.Resource.Region),
		Message: escape.Terminal(f.Message), New: p.run.Baseline != "" && f.New,
	}
	if list == listUnknown {
		r.Message = unknownText(f)
	} else {
		r.Details = details(f)
	}
	if n := len(e.Covers); n > 0 {
		r.Covers = "With " + count(n, "narrower failure") + " of the same resource: " + escape.Terminal(e.Narrower(coversShown))
	}
	if f.Context != nil {
		for _, badge := range []string{f.Context.Environment, f.Context.Owner, f.Context.DataClass} {
			if badge != "" {
				r.Badges = append(r.Badges, escape.Terminal(badge))
			}
		}
	}
	return r
}

func details(f *estate.Finding) []string {
	var list []string
	if f.Element != "" {
		list = append(list, "at "+escape.Terminal(f.Element))
	}
	for _, e := range f.Evidence {
		if len(list) == detailsShown {
			break
		}
		list = append(list, shorten(escape.Terminal(e.Path+" = "+string(e.Value))))
	}
	return list
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > detailLength {
		return string(runes[:detailLength]) + "…"
	}
	return s
}

func unknownText(f *estate.Finding) string {
	var parts []string
	for _, u := range f.Unknown {
		why := output.Explain(u.Reason)
		part := strings.TrimSpace(u.Path+": ") + " " + why.What
		switch {
		case u.Permission != "":
			part += "; grant " + u.Permission
		case why.Next != "":
			part += "; " + why.Next
		}
		parts = append(parts, strings.TrimPrefix(part, ": "))
	}
	return escape.Terminal(strings.Join(parts, ". "))
}
