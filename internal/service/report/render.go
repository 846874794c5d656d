package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/estate"
)

// DiffCounts are numbers of changes by kind.
type DiffCounts map[Kind]int

// WriteDiffJSON writes the difference as one JSON object: changes[], one a line, and
// counts. With still false the failures of both reports are counted and not listed.
func WriteDiffJSON(w io.Writer, a, b Source, still bool) (DiffCounts, error) {
	out := output.NewWriter(w)
	counts := DiffCounts{}
	out.Text("{\"format\":\"stance.diff/1\",\n\"changes\":[")
	comma := ""
	err := Diff(a, b, func(c Change) error {
		counts[c.Kind]++
		if c.Kind == Still && !still {
			return nil
		}
		data, err := json.Marshal(withLists(c))
		if err != nil {
			return estate.Errorf(estate.CodeInternal, "compare reports", "%w", err)
		}
		out.Text(comma, "\n")
		out.Bytes(escape.JSON(data))
		comma = ","
		return out.Err()
	})
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(counts)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInternal, "compare reports", "%w", err)
	}
	out.Text("\n],\n\"counts\":", string(data), "}\n")
	return counts, out.Flush()
}

// withLists makes absent lists empty ones, as in a report.
func withLists(c Change) Change {
	f := *c.Finding
	if f.Evidence == nil {
		f.Evidence = []estate.Evidence{}
	}
	if f.Unknown == nil {
		f.Unknown = []estate.Unknown{}
	}
	c.Finding = &f
	return c
}

// shown is how many changes of a kind a text lists.
const shown = 50

// section is a kind of change as a person reads of it.
type section struct {
	kind  Kind
	title string
}

// sections are in the order that matters to a reader.
func sections() []section {
	return []section{
		{New, "New failures"},
		{Lost, "Failed before, now unknown: an attribute could not be read"},
		{NotRead, "Failed before, not read this time: not fixed"},
		{NotChecked, "Failed before, not checked this time: not fixed"},
		{Fixed, "Fixed"},
		{Gone, "Gone with their resource"},
		{SetAside, "Set aside"},
	}
}

// WriteDiff writes the difference as text for a terminal or a pipe: what is worse first,
// the totals last. It lists the first 50 changes of each kind.
func WriteDiff(w io.Writer, a, b Source) (DiffCounts, error) {
	counts, lists, names := DiffCounts{}, map[Kind][]string{}, output.Names{}
	err := Diff(naming(a, names), naming(b, names), func(c Change) error {
		counts[c.Kind]++
		if c.Kind != Still && len(lists[c.Kind]) < shown {
			lists[c.Kind] = append(lists[c.Kind], line(c, names))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := output.NewWriter(w)
	for _, s := range sections() {
		if counts[s.kind] == 0 {
			continue
		}
		out.Text(fmt.Sprintf("%s (%d)\n", s.title, counts[s.kind]), strings.Join(lists[s.kind], ""))
		if more := counts[s.kind] - len(lists[s.kind]); more > 0 {
			out.Text(fmt.Sprintf("  ... and %d more\n", more))
		}
		out.Text("\n")
	}
	out.Text(totals(counts))
	return counts, out.Flush()
}

// naming returns the source; while it runs, the names of its accounts come to names.
func naming(s Source, names output.Names) Source {
	return func(h output.Handler) error { return s(&namer{Handler: h, names: names}) }
}

type namer struct {
	output.Handler
	names output.Names
}

func (n *namer) Begin(run output.Run) error {
	maps.Copy(n.names, run.AccountNames())
	return n.Handler.Begin(run)
}

func line(c Change, names output.Names) string {
	f := c.Finding
	text := f.Message
	if text == "" || c.Kind == Fixed || c.Kind == Gone {
		text = f.Title
	}
	if c.Kind == Lost && len(f.Unknown) > 0 {
		text += ": needs " + permissions(f)
	}
	return fmt.Sprintf("  %-8s  %s  %s  %s %s\n            %s\n", escape.Terminal(string(f.Severity)), escape.Terminal(f.Check), escape.Terminal(names.Resource(f.Resource)),
		escape.Terminal(names.Label(f.Resource.Cloud, f.Resource.Account)), escape.Terminal(f.Resource.Region), escape.Terminal(text))
}

func permissions(f *estate.Finding) string {
	var names []string
	for _, u := range f.Unknown {
		if u.Permission != "" {
			names = append(names, u.Permission)
		} else {
			names = append(names, strings.TrimSpace(u.Path+" ("+output.Explain(u.Reason).What+")"))
		}
	}
	return strings.Join(names, ", ")
}

func totals(c DiffCounts) string {
	return fmt.Sprintf("%d new, %d fixed, %d gone, %d still failing, %d without an answer (unknown, not read or not checked), %d set aside\n",
		c[New], c[Fixed], c[Gone], c[Still], c[Lost]+c[NotRead]+c[NotChecked], c[SetAside])
}
