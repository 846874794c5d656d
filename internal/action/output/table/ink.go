package table

import (
	"strings"

	"github.com/fatih/color"

	"github.com/stance-sec/stance/internal/estate"
)

// ink holds the colours and the marks of one report, so that nothing depends on
// what the process believes of its terminal.
type ink struct {
	strong, faint, good, bad, warn, code *color.Color
	severity                             map[estate.Severity]*color.Color

	bullet, dots, dot, full, half, empty, ok, cross, question string
	arrow, to, times, root, cut, at, entry, fork, rail, end   string // of ways and scores
}

func newInk(o Options) *ink {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if o.Color {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	k := &ink{
		strong: paint(color.Bold),
		faint:  paint(color.Faint),
		good:   paint(color.FgGreen),
		bad:    paint(color.FgRed),
		warn:   paint(color.FgYellow, color.Bold),
		code:   paint(color.FgCyan),
		severity: map[estate.Severity]*color.Color{
			estate.Critical: paint(color.FgHiWhite, color.BgRed, color.Bold),
			estate.High:     paint(color.FgRed, color.Bold),
			estate.Medium:   paint(color.FgYellow),
			estate.Low:      paint(color.FgBlue),
			estate.Info:     paint(color.Faint),
		},
		bullet: "-", dots: "...", dot: "|", full: "#", half: "=", empty: ".", ok: "ok", cross: "x", question: "?",
		arrow: "->", to: "-", times: "x", root: "root", cut: "x", at: "-", entry: "o", fork: "|->", rail: "|", end: "`->",
	}
	if o.Unicode {
		k.bullet, k.dots, k.dot, k.full, k.empty, k.ok, k.cross, k.question = "•", "…", "·", "█", "░", "✓", "✗", "?"
		k.arrow, k.to, k.times, k.root, k.cut, k.at, k.entry, k.fork, k.rail, k.end, k.half = "→", "–", "×", "√", "╳", "–", "●", "├─▶", "│", "╰─▶", "▒"
	}
	return k
}

// label returns the severity in capitals, padded and coloured.
func (k *ink) label(s estate.Severity) string {
	c := k.severity[s]
	if c == nil {
		c, s = k.faint, "other"
	}
	if s == estate.Critical {
		return c.Sprint(" CRITICAL ")
	}
	return " " + c.Sprint(pad(strings.ToUpper(string(s)), labelWidth-2)) + " "
}

// word returns the severity as a word; what is none of ours is other.
func (k *ink) word(s estate.Severity) string {
	if k.severity[s] == nil {
		return "other"
	}
	return string(s)
}

// labelWidth is the room the severity takes.
const labelWidth = 10

// bar returns a bar of the width of which part out of whole is full.
func (k *ink) bar(part, whole, width int) string {
	n := 0
	if whole > 0 {
		n = part * width / whole
	}
	if n == 0 && part > 0 {
		n = 1
	}
	return k.good.Sprint(strings.Repeat(k.full, n)) + k.faint.Sprint(strings.Repeat(k.empty, width-n))
}
