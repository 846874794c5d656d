// Package cli is the command line: one file per command. Commands read flags, call the
// services, and turn errors into one line, a hint and an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/scan"
)

// Env is the world a command runs in.
type Env struct {
	Args           []string
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Now            func() time.Time
	// Terminal is whether Stdout is one, and ErrTerminal whether Stderr is.
	Terminal, ErrTerminal bool
	// Width is the number of columns of the terminal; 0 when it is none.
	Width int
}

// The exit codes, as documented in docs/reference/exit-codes.md.
const (
	ExitOK           = 0
	ExitFindings     = 1   // --fail-on matched
	ExitInvalid      = 2   // a flag, file or check is wrong
	ExitUnauthorized = 3   // no usable credentials, or nothing may be read
	ExitUnavailable  = 4   // nothing answers
	ExitIO           = 5   // a file or disk refused
	ExitInternal     = 70  // a defect of Stance
	ExitInterrupted  = 130 // Ctrl-C; resume with --resume
)

// Main runs the command line of the process and exits.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	scan.TuneMemory(os.Getenv)
	code := Run(ctx, processEnv())
	stop()
	os.Exit(code)
}

func processEnv() Env {
	e := Env{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now,
		Terminal: term.IsTerminal(int(os.Stdout.Fd())), ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		e.Width = width
	}
	return e
}

// Run runs one command and returns its exit code. It writes nothing but to env.
func Run(ctx context.Context, env Env) int {
	root := newRoot(&env)
	root.SetArgs(env.Args)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitOK
	}
	var ended exitError
	if errors.As(err, &ended) {
		return int(ended)
	}
	if errors.Is(err, context.Canceled) || ctx.Err() != nil {
		fmt.Fprintln(env.Stderr, "stance: stopped; go on with --resume")
		return ExitInterrupted
	}
	complain(env.Stderr, err)
	return exitCode(err)
}

// exitError ends a command with a code after it said all there is to say.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// complain prints each joined error on a line, and the hint.
func complain(w io.Writer, err error) {
	for _, e := range flatten(err) {
		fmt.Fprintln(w, "stance: "+escape.Terminal(e.Error()))
	}
	if hint := estate.HintOf(err); hint != "" {
		fmt.Fprintln(w, "  "+escape.Terminal(hint))
	}
}

// flatten returns the errors that errors.Join joined.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

func exitCode(err error) int {
	switch estate.CodeOf(flatten(err)[0]) {
	case estate.CodeInvalid, estate.CodeNotFound, estate.CodeNotEnabled:
		return ExitInvalid
	case estate.CodeUnauthorized, estate.CodeDenied:
		return ExitUnauthorized
	case estate.CodeUnavailable, estate.CodeThrottled, estate.CodeUnsupported:
		return ExitUnavailable
	case estate.CodeIO:
		return ExitIO
	default:
		return ExitInternal
	}
}

// invalid makes the error for a wrong flag.
func invalid(op, format string, args ...any) error {
	return estate.Errorf(estate.CodeInvalid, op, format, args...)
}

func newRoot(env *Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "stance",
		Short: "See what is exposed in your clouds, and what to fix first",
		Long: `Stance reads what runs in your clouds, works out what is really exposed, and says
what to fix first. It only reads, and it never guesses: what it may not see it calls
unknown, and names the permission that would answer.`,
		Version:       app.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return estate.Errorf(estate.CodeInvalid, "read the command line", "%w", err).WithHint("see " + c.CommandPath() + " --help")
	})
	root.AddCommand(newScan(env), newInventory(env), newDiff(env), newCheck(env), newPermissions(env), newDoctor(env), newAccess(env), newReach(env), newQuery(env), newOpenAPI(env), newServe(env), newWorker(env), newEvents(env), newNotify(env), newBackup(env), newRestore(env), newAPI(env))
	for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
		if c.Args == nil && c.HasSubCommands() {
			c.Args = unknownCommand
		}
	}
	return root
}

func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return estate.Errorf(estate.CodeInvalid, "read the command line", "there is no command %q", args[0]).WithHint("see " + c.CommandPath() + " --help")
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return estate.Errorf(estate.CodeInvalid, "read the command line", "%q is one word too many", args[0]).WithHint("see " + c.CommandPath() + " --help")
}
