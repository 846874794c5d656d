// Package frameworks holds catalogues of requirements, each pointing at the checks that
// answer it. They carry the numbers of the originals and our own words, never their text.
package frameworks

import "embed"

// FS is every framework as it was built.
//
//go:embed *.yaml
var FS embed.FS
