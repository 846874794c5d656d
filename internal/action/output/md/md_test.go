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
	code := regexp.MustCompile("(?s)```+.*?\n```+\n|`[^`\n]+`")
	outputtest.Run(t, outputtest.Format{New: md.New, Extension: "md", Check: func(t *testing.T, data []byte) {
		t.Helper()
		text := code.ReplaceAllString(string(data), "")
		if found := live.FindString(text); found != "" {
			t.Errorf("%q takes effect", found)
		}
		if strings.ContainsAny(text, "\x1b\x00\u202e\u200b") {
			t.Error("hidden characters")
		}
	}})
}
