package draw_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/query"
	"github.com/stance-sec/stance/internal/service/query/draw"
)

// chain is an answer of paths over the nodes of these numbers.
func chain(paths ...[]int) *query.Answer {
	a := &query.Answer{}
	for _, numbers := range paths {
		p := query.Path{}
		for i, n := range numbers {
			p.Nodes = append(p.Nodes, query.Node{ID: fmt.Sprint("id-", n), Name: fmt.Sprint("name-", n), Type: "aws_s3_bucket", Read: n%3 > 0})
			if i > 0 {
				p.Steps = append(p.Steps, query.PathStep{Kind: "reads-data", Attack: n%2 == 0, Sure: n%5 > 0, Backwards: n%7 == 0, Label: "says"})
			}
		}
		a.Paths = append(a.Paths, p)
	}
	return a
}

func svg(t *testing.T, a *query.Answer) string {
	t.Helper()
	var b bytes.Buffer
	if err := draw.SVG(&b, a); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(b.Bytes())); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
	}
}

func dot(t *testing.T, a *query.Answer) string {
	t.Helper()
	var b bytes.Buffer
	if err := draw.DOT(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const hostile = "</text><script>alert(1)</script>\"];} \\n \\\" \x1b[31m\n\u202e&'"

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	a := chain([]int{1, 2})
	p := &a.Paths[0]
	p.Nodes[0].ID, p.Nodes[0].Name, p.Nodes[0].Type, p.Nodes[0].Account = hostile, hostile, hostile, hostile
	p.Steps[0].Label, p.Steps[0].Kind, p.Steps[0].Then = hostile, hostile, hostile
	picture := svg(t, a)
	for _, bad := range []string{"<script", "\x1b", "\u202e", "\"]"} {
		if strings.Contains(picture, bad) {
			t.Errorf("the picture has %q", bad)
		}
	}
	text := dot(t, a)
	if strings.Contains(text, "\x1b") || strings.Contains(text, "\u202e") || strings.Count(text, "\n") != strings.Count(dot(t, chain([]int{1, 2})), "\n") {
		t.Error(text)
	}
	for line := range strings.Lines(text) {
		if unescaped := strings.NewReplacer(`\\`, "", `\"`, "").Replace(line); strings.Count(unescaped, `"`)%2 != 0 {
			t.Errorf("a text does not end: %s", line)
		}
	}
}

func TestPicturesOfAnyGraphAreWhole(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		var paths [][]int
		for range r.IntN(12) {
			paths = append(paths, r.Perm(14)[:1+r.IntN(6)])
		}
		a := chain(paths...)
		picture := svg(t, a)
		if strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
			t.Fatalf("%v\n%s", paths, picture)
		}
		if svg(t, a) != picture {
			t.Fatal("two pictures of one answer differ")
		}
		for _, p := range a.Paths {
			for _, n := range p.Nodes {
				if !strings.Contains(picture, ">"+n.Name+"<") {
					t.Fatalf("%s is missing", n.Name)
				}
			}
		}
	}
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	var paths [][]int
	for i := range 150 {
		paths = append(paths, []int{2 * i, 2*i + 1})
	}
	a := chain(paths...)
	a.More = true
	for _, picture := range []string{svg(t, a), dot(t, a)} {
		if !strings.Contains(picture, "50 paths are left out: a picture holds 200 resources. There are more beyond the limit.") {
			t.Errorf("%.300s", picture)
		}
	}
	if !strings.Contains(svg(t, &query.Answer{}), "no paths") {
		t.Error("an empty picture says nothing")
	}
}
