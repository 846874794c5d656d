package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/source/gcp"
)

func gcpReading(env *Env) *reading {
	var connect gcp.Options
	var projects []string
	return &reading{
		judgeOptions: judgeOptions{env: env},
		cloud:        estate.GCP,
		short:        "Read Google Cloud projects and judge them (first types)",
		long: `Reads the projects below an organisation, a folder or a project, through Cloud Asset
Inventory, and judges what it read. The breadth of AWS is not there yet.

A ready access token is taken from GOOGLE_OAUTH_ACCESS_TOKEN when it is set.`,
		example: `  stance scan gcp --parent organizations/123456789012
  stance scan gcp --parent projects/my-project`,
		flags: func(c *cobra.Command) {
			f := c.Flags()
			f.StringVar(&connect.Parent, "parent", "", "read below this `PARENT`: organizations/NUMBER, folders/NUMBER or projects/ID")
			f.StringSliceVar(&projects, "projects", nil, "read only these project `IDS`")
			f.StringVar(&connect.QuotaProject, "quota-project", "", "let this `PROJECT` pay for the requests")
			f.StringVar(&connect.Endpoint, "endpoint", "", "speak to this `URL` instead of Cloud Asset Inventory")
			f.StringVar(&connect.CABundle, "ca-bundle", "", "trust the authorities in this PEM `FILE`, too")
		},
		settings: map[string]setting{
			"accounts": texts(&projects), "parent": text(&connect.Parent), "quota-project": text(&connect.QuotaProject),
			"endpoint": text(&connect.Endpoint), "ca-bundle": text(&connect.CABundle),
		},
		plan: func(ctx context.Context) (collect.Plan, error) {
			connect.Token = env.Getenv("GOOGLE_OAUTH_ACCESS_TOKEN")
			connector, err := gcp.Open(ctx, connect)
			if err != nil {
				return collect.Plan{}, err
			}
			return connector.Plan(ctx, app.GCPKinds(), projects)
		},
	}
}
