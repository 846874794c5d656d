package config_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/notify/config"
)

var block = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestTheDocumentationIsRight(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../../docs/reference/notify.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := block.FindAllSubmatch(page, -1)
	for _, b := range blocks {
		if c, err := config.Parse("notify.md", b[1]); err != nil || len(c.Warnings) > 0 {
			t.Errorf("%v, %v", err, c)
		}
	}
	if len(blocks) == 0 {
		t.Error("there is no example")
	}
	for _, name := range config.Types() {
		_, row, found := strings.Cut(string(page), "\n| `"+name+"` |")
		row, _, _ = strings.Cut(row, "\n")
		for _, setting := range config.SettingsOf(name) {
			if setting != "plain_http" && !strings.Contains(row, "`"+setting+"`") {
				t.Errorf("%s: setting %s is not documented (type documented: %v)", name, setting, found)
			}
		}
	}
}
