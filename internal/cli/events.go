package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/eventsetup"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/source/event"
)

func newEvents(env *Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "events",
		Short: "Have changes tell a server of themselves",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newEventsSetup(env))
	return c
}

func newEventsSetup(env *Env) *cobra.Command {
	var o eventsetup.Options
	format := "terraform"
	c := &cobra.Command{
		Use:   "setup",
		Short: "Write what an organisation needs so that its changes reach one queue",
		Long: `Writes, as Terraform or CloudFormation, what has every account and region of an
organisation send its management events that change something to one queue: a rule in
each, a bus and the queue in the audit account, and the least policies. Nothing is applied.
Management accounts are not part of service-managed stack sets: deploy member there, too.`,
		Example: `  stance events setup --organization o-a1b2c3d4e5 --audit-account 123456789012 --region eu-west-1 \
    --reader arn:aws:iam::123456789012:role/Stance --units r-ab12 --regions eu-west-1,us-east-1 > events.tf
  stance events setup --format central --organization o-a1b2c3d4e5 --audit-account 123456789012 --region eu-west-1 \
    --reader arn:aws:iam::123456789012:role/Stance --units r-ab12 --regions eu-west-1,us-east-1 > central.yaml`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			o.Sources = event.NewIndex(app.AWSInfos()).Sources()
			write, known := map[string]func(eventsetup.Options) (string, error){
				"terraform": eventsetup.Terraform, "central": eventsetup.Central, "member": eventsetup.Member,
			}[format]
			if !known {
				return invalid("read the command line", "there is no format %q", format)
			}
			text, err := write(o)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(env.Stdout, text)
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&format, "format", format, "write `FORMAT`: terraform for everything, or the CloudFormation templates central and member")
	f.StringVar(&o.Organization, "organization", "", "the `ID` of the organisation, o-…")
	f.StringVar(&o.AuditAccount, "audit-account", "", "the `ID` of the account that the queue stands in")
	f.StringVar(&o.Region, "region", "", "the `REGION` that the queue stands in")
	f.StringVar(&o.Partition, "partition", "aws", "aws, aws-cn or aws-us-gov")
	f.StringVar(&o.Name, "name", "stance-events", "begin the names of all that is made with `NAME`")
	f.StringVar(&o.Reader, "reader", "", "the `ARN` of the role or user that reads the queue")
	f.StringSliceVar(&o.Units, "units", nil, "organisational `UNITS`, or the root, whose accounts send events")
	f.StringSliceVar(&o.Regions, "regions", nil, "the `REGIONS` that events are sent from")
	return c
}
