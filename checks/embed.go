// Package checks holds the library of checks: one YAML file each, with its cases
// beside it. See docs/add/check.md.
package checks

import "embed"

// FS is the library as it was built, without the cases.
//
//go:embed */*/*.yaml
var FS embed.FS
