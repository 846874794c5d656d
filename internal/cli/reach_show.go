package cli

import (
	"fmt"
	"strings"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/network/reach"
	"github.com/stance-sec/stance/internal/estate"
)

// showExposures shows what the internet reaches of one resource, and how.
func (o *reachOptions) showExposures(list []reach.Exposure) error {
	if o.format == "json" {
		return writeJSON(o.env.Stdout, list)
	}
	for i := range list {
		o.line(&list[i])
		o.way(&list[i])
	}
	return nil
}

// showAnswer shows what one resource reaches of another, and how.
func (o *reachOptions) showAnswer(to estate.Ref, a *reach.Answer) error {
	if o.format == "json" {
		return writeJSON(o.env.Stdout, a)
	}
	if len(a.Openings) > 0 {
		return o.showExposures(a.Openings)
	}
	e := reach.Exposure{Target: to, Verdict: a.Verdict, Blocked: a.Blocked, Unknown: a.Unknown}
	o.line(&e)
	o.gaps(&e)
	return nil
}

// line tells an exposure in one line.
func (o *reachOptions) line(e *reach.Exposure) {
	name := e.Target.Name
	if name == "" {
		name = e.Target.ID
	}
	text := fmt.Sprintf("%-7s  %-28s  %s  ", e.Verdict, strings.TrimPrefix(e.Target.Type, "aws_"), name)
	switch {
	case e.Verdict == estate.No && len(e.Blocked) > 0:
		text += "blocked by " + hopText(&e.Blocked[0])
	case e.Protocol == "":
		text += "nothing is known of its ports"
	default:
		text += openingText(e)
	}
	fmt.Fprintln(o.env.Stdout, escape.Terminal(text))
}

// openingText says which ports are open to whom.
func openingText(e *reach.Exposure) string {
	text := strings.TrimSpace(e.Family + " " + e.Protocol)
	for i, p := range e.Ports {
		switch {
		case i > 0:
			text += ","
		default:
			text += " "
		}
		text += fmt.Sprint(p.From)
		if p.To != p.From {
			text += fmt.Sprintf("-%d", p.To)
		}
	}
	switch e.Sources.Kind {
	case reach.Internet:
		text += " from the internet"
	case reach.Partner:
		text += " from " + listed(e.Sources.Ranges)
		if e.Sources.More > 0 {
			text += fmt.Sprintf(" and %d more", e.Sources.More)
		}
	}
	switch e.Auth {
	case "", "none":
	default:
		text += ", who calls shows: " + e.Auth
	}
	return text
}

// way shows the path of an exposure, and what is not known of it.
func (o *reachOptions) way(e *reach.Exposure) {
	for i := range e.Path {
		fmt.Fprintln(o.env.Stdout, "    "+escape.Terminal(hopText(&e.Path[i])))
	}
	o.gaps(e)
}

func (o *reachOptions) gaps(e *reach.Exposure) {
	for i := range e.Filtered {
		fmt.Fprintln(o.env.Stdout, "  judged by what is not known here: "+escape.Terminal(hopText(&e.Filtered[i])))
	}
	for i := range e.Unknown {
		u := &e.Unknown[i]
		fmt.Fprintln(o.env.Stdout, "  not known: "+escape.Terminal(strings.TrimSpace(string(u.Reason)+" "+u.Path+" "+u.Detail+" "+u.Permission)))
	}
	for _, note := range e.Notes {
		fmt.Fprintln(o.env.Stdout, "  "+escape.Terminal(note))
	}
}

func hopText(h *reach.Hop) string {
	return strings.TrimSpace(h.Kind+" "+h.ID) + ": " + h.Why
}
