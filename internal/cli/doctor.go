package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func newDoctor(env *Env) *cobra.Command {
	c := &cobra.Command{Use: "doctor", Short: "Tell before a scan what will work"}
	c.AddCommand(newDoctorAWS(env))
	return c
}

// doctor examines AWS and says what it finds, line by line.
type doctor struct {
	out       io.Writer
	env       *Env
	connect   aws.Options
	selection aws.Selection
	checks    []string
	troubles  int
}

func newDoctorAWS(env *Env) *cobra.Command {
	d := &doctor{out: env.Stdout, env: env}
	c := &cobra.Command{
		Use:   "aws",
		Short: "Examine credentials, accounts, regions and permissions for AWS",
		Long: `Signs in, compares clocks, enters every selected account, finds its regions, and tries
each kind of read on the first few resources of one region. It names every permission
that the chosen checks would miss. It keeps nothing. Exit code 1 means that something
will not work.`,
		Example: `  stance doctor aws
  stance doctor aws --org --role StanceAudit --checks 'aws-s3-*'`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return d.examine(c.Context()) },
	}
	addAWSSelection(c, &d.selection)
	addAWSConnect(c, &d.connect)
	c.Flags().StringArrayVar(&d.checks, "checks", nil, "examine for the checks with this id (* allowed), or with a `DIR` of your own checks")
	return c
}

func (d *doctor) say(good bool, format string, args ...any) {
	mark := "ok     "
	if !good {
		mark = "TROUBLE"
		d.troubles++
	}
	fmt.Fprintf(d.out, "%s  %s\n", mark, escape.Terminal(fmt.Sprintf(format, args...)))
}

func (d *doctor) note(format string, args ...any) {
	fmt.Fprintf(d.out, "         %s\n", escape.Terminal(fmt.Sprintf(format, args...)))
}

func (d *doctor) examine(ctx context.Context) error {
	needs, err := awsNeeds(d.checks, d.selection.Org, d.selection.Options())
	if err != nil {
		return err
	}
	connector, err := aws.Open(ctx, d.connect)
	if err != nil {
		return err
	}
	d.say(true, "signed in as %s", connector.ARN)
	d.say(true, "partition %s", connector.Partition)
	d.clock(ctx, connector)
	accounts, err := d.accounts(ctx, connector)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, n := range needs {
		wanted[n.Action] = true
	}
	kinds := d.kinds(typesOf(needs))
	for _, id := range accounts {
		d.account(ctx, connector, id, kinds, wanted)
	}
	d.note("request budgets are about half of what AWS allows; --share changes that")
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.troubles > 0 {
		return exitError(ExitFindings)
	}
	return nil
}

func (d *doctor) clock(ctx context.Context, c *aws.Connector) {
	skew, err := c.Skew(ctx, d.env.Now)
	switch {
	case err != nil:
		d.note("the clocks could not be compared")
	case skew.Abs() > 4*time.Minute:
		d.say(false, "the local clock is %s off; AWS refuses requests that are 5 minutes off", skew.Round(time.Second))
	default:
		d.say(true, "the clocks agree within %s", max(skew.Abs(), time.Second).Round(time.Second))
	}
}

func (d *doctor) accounts(ctx context.Context, c *aws.Connector) ([]string, error) {
	if !d.selection.Org {
		if len(d.selection.Accounts) > 0 {
			return d.selection.Accounts, nil
		}
		return []string{c.Account}, nil
	}
	members, err := c.Members(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range members {
		if m.Active && (len(d.selection.Accounts) == 0 || slices.Contains(d.selection.Accounts, m.ID)) {
			ids = append(ids, m.ID)
		}
	}
	d.say(true, "the organisation has %d active accounts", len(ids))
	return ids, nil
}

// account enters one account and tries every kind of read.
func (d *doctor) account(ctx context.Context, c *aws.Connector, id string, kinds []source.Kind[*aws.Session], wanted map[string]bool) {
	account, err := c.Enter(ctx, id)
	if err != nil {
		d.say(false, "account %s: %v", id, err)
		if hint := estate.HintOf(err); hint != "" {
			d.note("%s", hint)
		}
		return
	}
	regions, err := account.Regions(ctx)
	if len(d.selection.Regions) > 0 {
		regions, err = d.selection.Regions, nil
	}
	if err != nil {
		d.say(false, "account %s: %v", id, err)
		return
	}
	probes, err := account.Probe(ctx, kinds, regions[0])
	if err != nil {
		d.say(false, "account %s: %v", id, err)
		return
	}
	d.probes(id, regions, probes, wanted)
}

func (d *doctor) probes(id string, regions []string, probes []aws.Probe, wanted map[string]bool) {
	var missing, unread []string
	for _, p := range probes {
		for _, permission := range p.Missing {
			if wanted[permission] {
				missing = append(missing, permission)
			}
		}
		if !p.Listed && len(p.Missing) == 0 && p.Problem.Code != estate.CodeNotEnabled {
			unread = append(unread, p.Type+" ("+p.Problem.Detail+")")
		}
	}
	slices.Sort(missing)
	missing = slices.Compact(missing)
	d.say(len(missing)+len(unread) == 0, "account %s: %d regions; %d types tried in %s", id, len(regions), len(probes), regions[0])
	for _, m := range missing {
		d.note("missing: %s", m)
	}
	if len(unread) > 0 {
		d.note("no answer for: %s", strings.Join(unread, ", "))
	}
}

// kinds are the selected services' types that the checks need.
func (d *doctor) kinds(types map[string]bool) []source.Kind[*aws.Session] {
	var kinds []source.Kind[*aws.Session]
	for _, k := range app.AWSKinds() {
		info := k.Info()
		if types[info.Name] && (len(d.selection.Services) == 0 || slices.Contains(d.selection.Services, info.Service)) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
