package web_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stance-sec/stance/web"
)

// TestFiles holds built or not: there is a page, and it names nothing from elsewhere.
func TestFiles(t *testing.T) {
	t.Parallel()
	files, err := web.Files()
	if err != nil {
		t.Fatal(err)
	}
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{"http://", "https://", "<style", "style=", "onload="} {
		if strings.Contains(string(page), no) {
			t.Errorf("the page has %s", no)
		}
	}
}
