// Package queries holds saved queries: one YAML file each, named as the query is. See
// docs/reference/query.md.
package queries

import "embed"

// FS is the library as it was built.
//
//go:embed *.yaml
var FS embed.FS
