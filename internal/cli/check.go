package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
)

func newCheck(env *Env) *cobra.Command {
	c := &cobra.Command{Use: "check", Short: "List checks and run their cases"}
	c.AddCommand(newCheckList(env))
	return c
}

func newCheckList(env *Env) *cobra.Command {
	var selected []string
	c := &cobra.Command{
		Use: "list", Short: "List the checks", Args: cobra.NoArgs,
		Example: "  stance check list --checks 'aws-s3-*'",
		RunE: func(*cobra.Command, []string) error {
			_, library, err := app.ParseChecks(selected).Library()
			if err != nil {
				return err
			}
			for _, k := range library.Checks() {
				if _, err := fmt.Fprintf(env.Stdout, "%-10s %-55s %s\n", k.Severity, k.ID, k.Title); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringArrayVar(&selected, "checks", nil, "add the checks in a `DIR`, or list only the checks with this id (* allowed)")
	return c
}
