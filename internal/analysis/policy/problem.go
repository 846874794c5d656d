package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// position is a place in a file; lines and columns count from 1, columns in
// characters.
type position struct {
	file      string
	line, col int
}

func (p position) String() string {
	switch {
	case p.line == 0:
		return p.file
	case p.col == 0:
		return fmt.Sprintf("%s:%d", p.file, p.line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.col)
	}
}

// problems gathers what is wrong with all files, so that one run shows it all.
type problems struct {
	list []problem
}

type problem struct {
	at  position
	err *estate.Error
}

func (p *problems) add(at position, format string, args ...any) {
	p.list = append(p.list, problem{at, estate.Errorf(estate.CodeInvalid, at.String(), format, args...)})
}

// err returns the problems in the order of the files, joined, each an *estate.Error
// that starts with file:line:col; nil when there are none.
func (p *problems) err() error {
	slices.SortStableFunc(p.list, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.at.file, b.at.file), cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.col, b.at.col))
	})
	all := make([]error, len(p.list))
	for i := range p.list {
		all[i] = p.list[i].err
	}
	return errors.Join(all...)
}
