package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/daemon"
	"github.com/stance-sec/stance/internal/service/server"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/events"
	"github.com/stance-sec/stance/internal/source/event"
)

// nodeFlags are the flags of everything that works as part of a server.
type nodeFlags struct {
	env *Env

	data, database    string
	checks            []string
	context, params   string
	compliance        []string
	riskTable, notify string
	address           string
	aws               bool
	connect           aws.Options
	selection         aws.Selection
	queues            []string
	queue             events.Options
	pace              event.Pace
	schedule          daemon.Schedule
	quiet             time.Duration
	logFormat, level  string
}

func (n *nodeFlags) addTo(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&n.data, "data", "", "keep the embedded databases in `DIR` (default: stance/server below XDG_STATE_HOME)")
	f.StringVar(&n.database, "database", "", "keep everything in the PostgreSQL at `URL` instead (also STANCE_DATABASE)")
	f.StringArrayVar(&n.checks, "checks", nil, "add the checks in a `DIR` of your own, or run only the checks with this id (* allowed); may be repeated")
	f.StringVar(&n.context, "context", "", "take environment, owner and criticality from the mapping in `FILE`")
	f.StringVar(&n.params, "params", "", "change parameters of checks as `FILE` says")
	f.StringArrayVar(&n.compliance, "compliance", nil, "follow the requirements of a `FRAMEWORK`, such as cis-aws-7.0; may be repeated (default: all)")
	f.StringVar(&n.riskTable, "risk-table", "", "score issues with the table of numbers in `FILE` instead of the built-in one")
	f.StringVar(&n.notify, "notify", "", "tell people as `FILE` says (docs/reference/notify.md)")
	f.StringVar(&n.address, "address", "", "the `URL` at which people see the dashboard, for links in alerts")
	f.BoolVar(&n.aws, "aws", true, "watch AWS")
	addAWSSelection(c, &n.selection)
	addAWSConnect(c, &n.connect)
	f.StringArrayVar(&n.queues, "events", nil, "take change events from the SQS queue at `URL`; may be repeated (see stance events setup)")
	f.StringVar(&n.queue.Role, "events-role", "", "take the role with this `ARN` to read the queues")
	f.StringVar(&n.queue.Profile, "events-profile", "", "a `PROFILE` of the AWS configuration to read the queues with")
	n.pace = event.DefaultPace()
	f.DurationVar(&n.pace.Quiet, "events-quiet", n.pace.Quiet, "how long a scope waits for more events after the last")
	f.DurationVar(&n.schedule.Fast, "fast", time.Hour, "how often types are read whose lists tell everything; 0 for never")
	f.DurationVar(&n.schedule.Slow, "slow", 24*time.Hour, "how often everything is read; 0 for never")
	f.DurationVar(&n.schedule.Review, "review", 6*time.Hour, "how often everything is judged though nothing changed; 0 for never")
	f.DurationVar(&n.schedule.Retention, "retention", 400*24*time.Hour, "how long what ended is kept; 0 for ever")
	f.DurationVar(&n.quiet, "review-quiet", 20*time.Second, "how long after a change issues are ranked anew")
	f.StringVar(&n.logFormat, "log-format", "text", "log as `FORMAT`: text or json")
	f.StringVar(&n.level, "log-level", "info", "log from this `LEVEL` on: debug, info, warn or error")
}

// options turns flags into what a node is told.
func (n *nodeFlags) options() (app.NodeOptions, error) {
	o := app.NodeOptions{
		RiskTable: n.riskTable, Frameworks: n.compliance, Notify: n.notify, Address: n.address,
		Pace: n.pace, Schedule: n.schedule, Quiet: n.quiet, Getenv: n.env.Getenv, Now: n.env.Now,
	}
	var err error
	if o.Logger, err = n.logger(); err != nil {
		return o, err
	}
	if o.Data, o.Database, err = (&database{env: n.env, data: n.data, url: n.database}).place(); err != nil {
		return o, err
	}
	o.Checks = app.ParseChecks(n.checks)
	if o.Checks.Options.Overrides, err = readParams(n.params); err != nil {
		return o, err
	}
	if o.Mapping, err = readMapping(n.context); err != nil {
		return o, err
	}
	if len(o.Frameworks) == 0 {
		if o.Frameworks, err = app.FrameworkNames(); err != nil {
			return o, err
		}
	}
	if n.aws {
		o.AWS = &app.AWSWatch{Connect: n.connect, Selection: n.selection}
	}
	for _, address := range n.queues {
		q := n.queue
		q.Queue, q.Endpoint = address, n.connect.Endpoint
		o.Queues = append(o.Queues, q)
	}
	return o, nil
}

func (n *nodeFlags) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(n.level)); err != nil {
		return nil, invalid("read the command line", "there is no log level %q", n.level)
	}
	options := &slog.HandlerOptions{Level: level}
	switch n.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(n.env.Stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(n.env.Stderr, options)), nil
	}
	return nil, invalid("read the command line", "there is no log format %q", n.logFormat)
}

func newServe(env *Env) *cobra.Command {
	flags := &nodeFlags{env: env}
	var listen app.HTTPOptions
	var proxies []string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Watch clouds all day, keep history, tell people, and show it",
		Long: `Watches what it is told to: reads everything by schedule, takes change events, judges
what changed at once, keeps the history of all of it, tells people, and answers the
dashboard and the API. Without --database it keeps everything in embedded databases and is
all there is to run; with a PostgreSQL, any number of servers and workers share it.

The first time, it makes the user admin and prints a password, once.`,
		Example: `  stance serve --org --role StanceAudit
  stance serve --org --role StanceAudit --events https://sqs.eu-west-1.amazonaws.com/123456789012/stance-events --notify notify.yaml
  stance serve --listen 0.0.0.0:8642 --tls-cert cert.pem --tls-key key.pem --sign-in oidc.yaml --database "$DATABASE_URL"`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			for _, p := range proxies {
				prefix, err := netip.ParsePrefix(p)
				if err != nil {
					return invalid("read the command line", "%q is no network, such as 10.0.0.0/8", p)
				}
				listen.Proxies = append(listen.Proxies, prefix)
			}
			return serve(c.Context(), env, o, listen)
		},
	}
	flags.addTo(c)
	f := c.Flags()
	f.StringVar(&listen.Address, "listen", server.DefaultAddress, "listen on `HOST:PORT`; beyond loopback only with TLS")
	f.StringVar(&listen.Certificate, "tls-cert", "", "the certificate in the PEM `FILE`, read again when it changes")
	f.StringVar(&listen.Key, "tls-key", "", "the key of the certificate in the PEM `FILE`")
	f.BoolVar(&listen.Insecure, "insecure-http", false, "listen beyond loopback without TLS, behind something that sees to it")
	f.StringSliceVar(&proxies, "proxies", nil, "take the word of reverse proxies in these `NETWORKS` on who asks")
	f.BoolVar(&listen.OpenMetrics, "open-metrics", false, "let everyone who reaches the server read /metrics")
	f.StringVar(&listen.SignIn, "sign-in", "", "let people sign in with the OpenID Connect provider in `FILE`")
	return c
}

// serve runs a node with its HTTP server until it is stopped.
func serve(ctx context.Context, env *Env, o app.NodeOptions, listen app.HTTPOptions) error {
	if o.Address == "" && listen.Certificate == "" {
		o.Address = "http://" + listen.Address
	}
	node, err := app.OpenNode(ctx, o)
	if err != nil {
		return err
	}
	err = serveNode(ctx, env, node, listen)
	return errors.Join(err, node.Close(ctx))
}

func serveNode(ctx context.Context, env *Env, node *app.Node, listen app.HTTPOptions) error {
	s, flush, err := node.HTTP(ctx, listen, func(name, password string) {
		fmt.Fprintf(env.Stderr, "\nThe first administrator is %q, with the password\n\n    %s\n\nIt is shown this once. Change it after signing in.\n\n", name, password)
	})
	if err != nil {
		return err
	}
	defer func() { _ = flush(context.WithoutCancel(ctx)) }()
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return node.Run(groupCtx) })
	group.Go(func() error {
		return s.Serve(groupCtx, func(address string) {
			fmt.Fprintln(env.Stderr, "stance: listening on "+address+"; stop with Ctrl-C")
		})
	})
	return group.Wait()
}

func newWorker(env *Env) *cobra.Command {
	flags := &nodeFlags{env: env}
	c := &cobra.Command{
		Use:   "worker",
		Short: "Work for a server on a shared PostgreSQL",
		Long: `Does the work of a server beside it: reads accounts, judges what changed, delivers
alerts. Any number of workers may share one PostgreSQL with one or more servers; what a
worker that is killed leaves behind, another does.`,
		Example: `  stance worker --database postgres://stance@db/stance --org --role StanceAudit --notify notify.yaml`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			o, err := flags.options()
			if err != nil {
				return err
			}
			if o.Database == "" {
				return estate.Errorf(estate.CodeInvalid, "start a worker", "workers need a shared database").
					WithHint("name a PostgreSQL with --database; a server on its own is `stance serve`")
			}
			return work(c.Context(), env, o)
		},
	}
	flags.addTo(c)
	return c
}

// work runs a node until it is stopped.
func work(ctx context.Context, env *Env, o app.NodeOptions) error {
	node, err := app.OpenNode(ctx, o)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.Stderr, "stance: working; stop with Ctrl-C")
	err = node.Run(ctx)
	if closing := node.Close(ctx); err == nil {
		err = closing
	}
	return err
}
