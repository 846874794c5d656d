package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/azure"
	"github.com/stance-sec/stance/internal/source/collect"
)

func azureReading(env *Env) *reading {
	var connect azure.Options
	var subscriptions []string
	return &reading{
		judgeOptions: judgeOptions{env: env},
		cloud:        estate.Azure,
		short:        "Read Azure subscriptions and judge them (first types)",
		long: `Reads the subscriptions that the default credential chain may see, through Azure
Resource Graph, and judges what it read. The breadth of AWS is not there yet.`,
		example: `  stance scan azure
  stance scan azure --subscriptions 00000000-0000-0000-0000-000000000001`,
		flags: func(c *cobra.Command) {
			f := c.Flags()
			f.StringSliceVar(&subscriptions, "subscriptions", nil, "read only these subscription `IDS`")
			f.StringVar(&connect.Tenant, "tenant", "", "sign in to this `TENANT`")
			f.StringVar(&connect.Endpoint, "endpoint", "", "speak to this `URL` instead of Azure Resource Manager")
			f.StringVar(&connect.Authority, "authority", "", "sign in at this `URL`")
			f.StringVar(&connect.CABundle, "ca-bundle", "", "trust the authorities in this PEM `FILE`, too")
		},
		settings: map[string]setting{
			"accounts": texts(&subscriptions), "tenant": text(&connect.Tenant), "endpoint": text(&connect.Endpoint),
			"authority": text(&connect.Authority), "ca-bundle": text(&connect.CABundle),
		},
		plan: func(ctx context.Context) (collect.Plan, error) {
			connector, err := azure.Open(connect)
			if err != nil {
				return collect.Plan{}, err
			}
			return connector.Plan(ctx, app.AzureKinds(), subscriptions)
		},
	}
}
