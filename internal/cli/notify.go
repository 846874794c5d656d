package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/channels"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/action/output/escape"
)

func newNotify(env *Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "notify",
		Short: "Check who is told of what, and try it",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newNotifyCheck(env), newNotifyTest(env))
	return c
}

func newNotifyCheck(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "check FILE",
		Short:   "Check a file of channels and routes without opening anything",
		Example: `  stance notify check notify.yaml`,
		Args:    arguments("a FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			settings, err := config.Load(args[0])
			if err != nil {
				return err
			}
			for _, w := range settings.Warnings {
				fmt.Fprintln(env.Stderr, "stance: "+escape.Terminal(w))
			}
			fmt.Fprintf(env.Stdout, "%d channels, %d routes and the default: fine\n", len(settings.Channels), len(settings.Routes))
			return nil
		},
	}
}

func newNotifyTest(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "test FILE [CHANNEL]...",
		Short: "Send a test alert to the channels of a file",
		Example: `  stance notify test notify.yaml
  stance notify test notify.yaml oncall`,
		Args: func(c *cobra.Command, args []string) error { return arguments("a FILE")(c, args[:min(1, len(args))]) },
		RunE: func(c *cobra.Command, args []string) error {
			settings, err := config.Load(args[0])
			if err != nil {
				return err
			}
			open, err := channels.Open(settings, func(name string) (string, bool) {
				value := env.Getenv(name)
				return value, value != ""
			})
			if err != nil {
				return err
			}
			for _, name := range args[1:] {
				if open[name] == nil {
					return invalid("test "+args[0], "there is no channel %q", name)
				}
			}
			now := env.Now()
			var failed error
			for i := range settings.Channels {
				name := settings.Channels[i].Name
				if len(args) > 1 && !slices.Contains(args[1:], name) {
					continue
				}
				alert := notify.TestAlert("test:"+name+":"+strconv.FormatInt(now.UnixNano(), 36), now)
				if _, err := open[name].Send(c.Context(), &alert); err != nil {
					fmt.Fprintln(env.Stdout, escape.Terminal(name+": "+err.Error()))
					failed = err
					continue
				}
				fmt.Fprintln(env.Stdout, escape.Terminal(name+": delivered"))
			}
			return failed
		},
	}
}
