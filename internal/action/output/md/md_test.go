package md_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/md"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

func TestFormat(t *testing.T) {
	live := regexp.MustCompile(`(?i)<(script|img|svg|!--)|\]\(http|https?://|(^|\s)@everyone|www\.`)
	outputtest.Run(t, outputtest.Format{New: md.New, Extension: "md", Check: func(t *testing.T, data []byte) {
		t.Helper()
		text := withoutCode(string(data))
		if found := live.FindString(text); found != "" {
			t.Errorf("%q takes effect", found)
		}
		if strings.ContainsAny(text, "\x1b\x00\r\t\u202e\u200b") {
			t.Error("hidden characters")
		}
	}})
}

// withoutCode drops what Markdown shows as it is: fenced blocks and code spans.
func withoutCode(text string) string {
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if strings.TrimRight(line, "\n") == fence {
				fence = ""
			}
		case len(ticks) >= 3 && !strings.Contains(line[len(ticks):], "`"):
			fence = ticks
		default:
			b.WriteString(withoutSpans(line))
		}
	}
	return b.String()
}

var tickRuns = regexp.MustCompile("`+")

// withoutSpans drops from a line what stands between two runs of backticks of one length.
// A backslash before a backtick makes it none.
func withoutSpans(line string) string {
	line = strings.ReplaceAll(line, "\\`", "")
	for at := 0; ; {
		open := tickRuns.FindStringIndex(line[at:])
		if open == nil {
			return line
		}
		start, run := at+open[0], open[1]-open[0]
		end := -1
		for _, c := range tickRuns.FindAllStringIndex(line[start+run:], -1) {
			if c[1]-c[0] == run {
				end = start + run + c[1]
				break
			}
		}
		if end < 0 {
			at = start + run
			continue
		}
		line, at = line[:start]+line[end:], start
	}
}
