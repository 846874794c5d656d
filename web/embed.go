// Package web holds the built dashboard. Without a build it holds one page that says how
// to make one.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the files of the dashboard: index.html, and what it loads below assets/.
// Names below assets/ change with their content, so they may be kept for ever.
func Files() (fs.FS, error) { return fs.Sub(dist, "dist") }
