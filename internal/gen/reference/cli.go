package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/cli"
)

// cliPage shows every command as its --help does.
func cliPage(_ *model, files pages) error {
	p := newPage("Command line")
	p.printf("How a command ends is in [exit-codes.md](exit-codes.md).\n")
	p.command(cli.Command())
	files["cli.md"] = p.bytes()
	return nil
}

func (p *page) command(c *cobra.Command) {
	if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
		return
	}
	p.printf("\n## %s\n\n", c.CommandPath())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	p.printf("%s\n", prose(text))
	if c.Runnable() {
		p.printf("\n    %s\n", c.UseLine())
	}
	p.block("Examples", c.Example)
	p.block("Flags", c.LocalFlags().FlagUsages())
	for _, sub := range c.Commands() {
		p.command(sub)
	}
}

// block shows text as it stands.
func (p *page) block(title, text string) {
	if text = strings.TrimRight(text, "\n"); text != "" {
		p.printf("\n%s:\n\n```text\n%s\n```\n", title, text)
	}
}
