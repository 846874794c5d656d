package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/policy/policytest"
	"github.com/stance-sec/stance/internal/app"
)

func newCheck(env *Env) *cobra.Command {
	c := &cobra.Command{Use: "check", Short: "List checks and run their cases"}
	c.AddCommand(newCheckList(env), newCheckTest(env))
	return c
}

func newCheckList(env *Env) *cobra.Command {
	var selected []string
	c := &cobra.Command{
		Use: "list", Short: "List the checks", Args: noArguments,
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

func newCheckTest(env *Env) *cobra.Command {
	return &cobra.Command{
		Use: "test DIR", Short: "Run the cases beside the checks in a folder",
		Long:    "Runs every case of every check below DIR, and names checks that no case covers well\nenough. Exit code 1 means that something differs.",
		Example: "  stance check test ./our-checks",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return invalid("read the command line", "check test takes one folder")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := app.Schema()
			if err != nil {
				return err
			}
			report, err := policytest.Run(os.DirFS(args[0]), ".", set)
			if err != nil {
				return err
			}
			for _, f := range append(report.Failures, report.Gaps...) {
				if _, err := fmt.Fprintln(env.Stdout, escape.Terminal(f.String())); err != nil {
					return err
				}
			}
			if _, err := fmt.Fprintf(env.Stdout, "%d checks, %d cases, %d failed, %d gaps\n", report.Checks, report.Cases, len(report.Failures), len(report.Gaps)); err != nil {
				return err
			}
			if !report.OK() {
				return exitError(ExitFindings)
			}
			return nil
		},
	}
}
