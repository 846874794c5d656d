// Package paths holds the known ways to more access: one YAML file each, with its cases
// beside it. See docs/add/escalation.md.
package paths

import "embed"

// FS is the library as it was built.
//
//go:embed aws/*/*.yaml
var FS embed.FS
