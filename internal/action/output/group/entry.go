package group

import (
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Entry is a finding with those that are folded into it.
type Entry struct {
	estate.Finding
	// Covers are the ids of the checks that are folded into it, in order.
	Covers []string
}

// Narrower names up to limit of the checks that the entry covers, without what their ids
// share, and counts the others; empty when it covers none.
func (e *Entry) Narrower(limit int) string {
	shared := sharedStem(e.Covers)
	names := make([]string, 0, limit)
	for _, id := range e.Covers[:min(len(e.Covers), limit)] {
		names = append(names, id[len(shared):])
	}
	text := strings.Join(names, ", ")
	if more := len(e.Covers) - len(names); more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// sharedStem is what all ids begin with, up to a dash. One id shares nothing.
func sharedStem(ids []string) string {
	if len(ids) < 2 {
		return ""
	}
	stem := ids[0]
	for _, id := range ids {
		for stem != "" && (!strings.HasPrefix(id, stem) || stem == id) {
			stem = stem[:strings.LastIndexByte(strings.TrimSuffix(stem, "-"), '-')+1]
		}
	}
	return stem
}
