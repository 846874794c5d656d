package cli

import "github.com/spf13/cobra"

func newInventory(_ *Env) *cobra.Command {
	return &cobra.Command{Use: "inventory", Short: "List, filter and count resources of a saved run"}
}
