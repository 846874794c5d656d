package html

import (
	"encoding/json"
	"strings"

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
	New     bool     `json:"new,omitempty"`
}

const (
	detailsShown = 4
	detailLength = 240
)

// data writes the rows of every group, in the order of the groups on the page: one
// array of arrays. Its text cannot end the script element, since < is escaped.
func (p *page) data() {
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
	p.Text("\n]")
}

func (p *page) rowsData(findings []estate.Finding, list string) {
	rows := make([]row, len(findings))
	for i := range findings {
		rows[i] = rowOf(&findings[i], list, p.run.Baseline != "")
	}
	data, err := json.Marshal(rows)
	if err != nil {
		p.Fail(estate.Errorf(estate.CodeInternal, "write report", "%w", err))
		return
	}
	p.Bytes(escape.JSON(data))
}

// rowsOf returns the findings that a list shows of a check.
func rowsOf(g *group.Group, list string) []estate.Finding {
	switch list {
	case listFailing:
		return g.Failures
	case listUnknown:
		return g.Unknowns
	default:
		return nil
	}
}

func rowOf(f *estate.Finding, list string, baseline bool) row {
	r := row{
		Name: escape.Terminal(f.Resource.Name), ID: escape.Terminal(f.Resource.ID),
		Account: escape.Terminal(string(f.Resource.Cloud) + "/" + f.Resource.Account), Region: escape.Terminal(f.Resource.Region),
		Message: escape.Terminal(f.Message), New: baseline && f.New,
	}
	if r.Name == "" {
		r.Name = r.ID
	}
	if list == listUnknown {
		r.Message = unknownText(f)
	} else {
		r.Details = details(f)
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
		part := u.Path + " could not be read: " + string(u.Reason)
		if u.Permission != "" {
			part += ", grant " + u.Permission
		}
		parts = append(parts, part)
	}
	return escape.Terminal(strings.Join(parts, "; "))
}
