package cli

import (
	"io"
	"time"

	"github.com/spf13/cobra"
)

// Command returns the tree of commands as it is outside a terminal, for the generator of
// docs/reference/cli.md.
func Command() *cobra.Command {
	return newRoot(&Env{Stdout: io.Discard, Stderr: io.Discard, Getenv: func(string) string { return "" }, Now: time.Now})
}
