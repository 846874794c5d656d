package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/collect"
)

func awsReading(env *Env) *reading {
	var selection aws.Selection
	var connect aws.Options
	return &reading{
		judgeOptions: judgeOptions{env: env},
		cloud:        estate.AWS,
		short:        "Read AWS accounts and judge them",
		long: `Reads one AWS account, several, or a whole organisation, with the credentials that
the AWS command line would use, and judges what it read. It makes only read calls.`,
		example: `  stance scan aws
  stance scan aws --profile audit --regions eu-west-1,eu-central-1
  stance scan aws --org --role StanceAudit --external-id "$EXTERNAL_ID" --format html --out report.html
  stance scan aws --checks ./our-checks --context context.yaml --fail-on high`,
		flags: func(c *cobra.Command) {
			addAWSSelection(c, &selection)
			addAWSConnect(c, &connect)
		},
		unkept: func(c *cobra.Command) {
			c.Flags().StringVar(&connect.ExternalID, "external-id", "", "with --resume: the external `ID` that the role's trust asks for")
		},
		settings: map[string]setting{
			"org": flag(&selection.Org), "accounts": texts(&selection.Accounts), "regions": texts(&selection.Regions), "services": texts(&selection.Services),
			"last-accessed": flag(&selection.LastAccessed), "creators": flag(&selection.Creators),
			"role": text(&connect.Role), "profile": text(&connect.Profile), "endpoint": text(&connect.Endpoint), "ca-bundle": text(&connect.CABundle),
		},
		plan: func(ctx context.Context) (collect.Plan, error) {
			connector, err := aws.Open(ctx, connect)
			if err != nil {
				return collect.Plan{}, err
			}
			return connector.Plan(ctx, app.AWSKinds(), selection)
		},
	}
}

// addAWSSelection adds the flags that say what of AWS is meant.
func addAWSSelection(c *cobra.Command, s *aws.Selection) {
	f := c.Flags()
	f.BoolVar(&s.Org, "org", false, "read every account of the organisation")
	f.StringSliceVar(&s.Accounts, "accounts", nil, "read these account `IDS`")
	f.StringSliceVar(&s.Regions, "regions", nil, "read only these `REGIONS`")
	f.StringSliceVar(&s.Services, "services", nil, "read only these `SERVICES`, such as s3,iam")
	f.BoolVar(&s.LastAccessed, "last-accessed", false, "read what each user and role last used, too, at two calls or more for each")
	f.BoolVar(&s.Creators, "creators", false, "read who created resources in the last 90 days, too: a minute for most regions, up to ten for the busiest; names of sessions may be addresses of persons")
}

// addAWSConnect adds the flags that say how AWS is reached.
func addAWSConnect(c *cobra.Command, o *aws.Options) {
	f := c.Flags()
	f.StringVar(&o.Role, "role", "StanceAudit", "the `NAME` of the role to take in other accounts")
	f.StringVar(&o.ExternalID, "external-id", "", "the external `ID` that the role's trust asks for")
	f.StringVar(&o.Profile, "profile", "", "a `PROFILE` of the AWS configuration")
	f.StringVar(&o.Endpoint, "endpoint", "", "speak to this `URL` instead of AWS")
	f.StringVar(&o.CABundle, "ca-bundle", "", "trust the authorities in this PEM `FILE`, too")
	f.Float64Var(&o.Share, "share", 1, "use this `PART` of the default request budgets")
}
