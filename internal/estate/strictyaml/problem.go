package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// Position is a place in a file. Lines and columns count from 1, columns in characters;
// 0 is one that is not known.
type Position struct {
	// File is what the reader knows the file as; empty when something around the
	// position names it.
	File         string
	Line, Column int
}

// At is the place of a node in a file; that of no node is the file.
func At(file string, n *yaml.Node) Position {
	if n == nil {
		return Position{File: file}
	}
	return Position{file, n.Line, n.Column}
}

// String is file:line:column, as far as it is known.
func (p Position) String() string {
	text := p.File
	for _, n := range []int{p.Line, p.Column} {
		if n == 0 {
			break
		}
		if text != "" {
			text += ":"
		}
		text += fmt.Sprint(n)
	}
	return text
}

// Problem is what is wrong at a place.
type Problem struct {
	At Position
	// Err has estate.CodeInvalid, the position as its operation, and the text as its
	// cause.
	Err *estate.Error
}

// most is how many problems are kept: whoever has more begins with these.
const most = 1000

// Problems gathers what is wrong with all files, so that one run shows it all: the first
// thousand, and how many more there are. The zero value is ready; it is not for concurrent
// use.
type Problems struct {
	list []Problem
	more int
}

// Add adds what is wrong at a place.
func (p *Problems) Add(at Position, format string, args ...any) {
	if len(p.list) == most {
		p.more++
		return
	}
	p.list = append(p.list, Problem{at, estate.Errorf(estate.CodeInvalid, at.String(), format, args...)})
}

// Len is how many were added.
func (p *Problems) Len() int { return len(p.list) + p.more }

// All returns those that are kept; the order is that of Add until Err is called.
func (p *Problems) All() []Problem { return p.list }

// Err returns the problems in the order of the files, joined, each an *estate.Error that
// starts with file:line:column; nil when there are none.
func (p *Problems) Err() error {
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	all := make([]error, len(p.list))
	for i := range p.list {
		all[i] = p.list[i].Err
	}
	if p.more > 0 {
		all = append(all, estate.Errorf(estate.CodeInvalid, fmt.Sprintf("and %d problems more", p.more), "mend these first"))
	}
	return errors.Join(all...)
}
