// Package web holds the built dashboard. Without a build it holds one page that says how
// to make one.
package web

import (
	"embed"
	"errors"
	"io/fs"
)

//go:embed all:dist placeholder
var embedded embed.FS

// Files returns the files of the dashboard: index.html, and what it loads below assets/.
// Names below assets/ change with their content, so they may be kept for ever.
func Files() (fs.FS, error) {
	if _, err := fs.Stat(embedded, "dist/index.html"); errors.Is(err, fs.ErrNotExist) {
		return fs.Sub(embedded, "placeholder")
	}
	return fs.Sub(embedded, "dist")
}
