// Package cli is the command line of Sereno: it reads what was asked for,
// wires the rooms together and says with its exit status how it went.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	_ "time/tzdata" // zones must be there in an empty root directory too

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/bot/text"
	"sereno/internal/demo"
	"sereno/internal/replay"
)

// How a command went.
const (
	done     = 0
	failed   = 1
	badInput = 2 // how it was called, or what it was given, was wrong
)

// version is set when a release is built; otherwise the module's own is shown.
var version string

// Process is what a command has of the process around it.
type Process struct {
	Args     []string // without the program's name
	In       io.Reader
	Out, Err io.Writer
	// Env looks a variable of the environment up, as os.LookupEnv does.
	Env func(string) (string, bool)
}

// Main runs the command line of this process and answers its exit status.
func Main() int {
	return Run(context.Background(), Process{os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.LookupEnv})
}

// Run runs a command line and answers its exit status: 0 when it went well, 1
// when it failed, 2 when it was called wrongly or given what cannot be read.
func Run(ctx context.Context, p Process) int {
	root := p.root()
	root.SetArgs(p.Args)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return done
	}
	var said saidError
	if !errors.As(err, &said) {
		fmt.Fprintf(p.Err, "sereno: %s\n", p.explain(err))
	}
	return status(err)
}

// usageError is a command that was called wrongly.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usage is a command that was called wrongly, as the catalogue tells it.
func usage(key string, args ...any) error { return usageError{text.NewError(key, args...)} }

// saidError is a failure of which the command itself has told people already.
type saidError struct{ error }

func (e saidError) Unwrap() error { return e.error }

func status(err error) int {
	var usage usageError
	var line *replay.LineError
	var mistakes *demo.MistakesError
	var problems config.Problems
	switch {
	case errors.As(err, new(saidError)):
		return failed
	case errors.As(err, &usage), errors.As(err, &line), errors.As(err, &mistakes), errors.As(err, &problems), missing(err) != "":
		return badInput
	}
	return failed
}

// explain is the error as a person reads it.
func (p Process) explain(err error) string {
	var problems config.Problems
	if errors.As(err, &problems) {
		return text.T(p.lang(), "cli.mistakes") + "\n" + problems.Text(p.lang())
	}
	var articles kb.Mistakes
	if errors.As(err, &articles) {
		return text.T(p.lang(), "cli.mistaken_articles") + "\n" + articles.Told(p.lang())
	}
	var unreadable *config.UnreadableError
	switch {
	case missing(err) != "":
		return text.T(p.lang(), "cli.no_configuration", "path", missing(err))
	case errors.As(err, &unreadable):
		return text.T(p.lang(), "cli.unreadable", "path", unreadable.Path, "cause", reason(unreadable.Err))
	}
	return text.Told(p.lang(), err)
}

// reason is why a file cannot be read, without its name.
func reason(err error) string {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

// missing is where there is no configuration that was to be read, "" where there is.
func missing(err error) string {
	var unreadable *config.UnreadableError
	if errors.As(err, &unreadable) && errors.Is(err, fs.ErrNotExist) {
		return unreadable.Path
	}
	return ""
}

// lang is that of the environment.
func (p Process) lang() company.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale, ok := p.Env(name); ok && locale != "" {
			return demo.Language(locale)
		}
	}
	return company.English
}

func (p Process) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "sereno",
		Short: "Incidents from the first message to the root cause, in the chat where customers already are",
		Long: `Sereno turns a customer's message into an incident that is answered, timed,
paged and explained, and loses nothing on the way.

Begin with the demo: it needs no account, no network and no configuration.`,
		Example: `  sereno demo                           be the customer, the agent and the on-call
  sereno check --config sereno.yaml     find every mistake of a configuration
  sereno manifest slack                 what to tell Slack about the bot
  sereno serve --config sereno.yaml     run it`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          nothingElse,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return flagError(c.CommandPath(), err) })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(p.serve(), p.demo(), p.replay(), p.check(), p.oncall(), p.manifest(), p.sla(), p.kb(), p.prompts(), p.version())
	return root
}

// nothingElse refuses arguments, with the command that was probably meant.
func nothingElse(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if c.HasSubCommands() {
		if near := c.SuggestionsFor(args[0]); len(near) > 0 {
			return usage("cli.no_command_near", "name", text.Literal(args[0]), "command", c.CommandPath(), "near", near[0])
		}
		return usage("cli.no_command", "name", text.Literal(args[0]), "command", c.CommandPath())
	}
	return usage("cli.too_much", "word", text.Literal(args[0]), "command", c.CommandPath())
}

// flagError says what is wrong with a flag.
func flagError(command string, err error) error {
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	key, flag, value := "", "", ""
	switch {
	case errors.As(err, &unknown):
		key, flag = "cli.flag_unknown", dashed(unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames())
	case errors.As(err, &empty):
		key, flag = "cli.flag_empty", dashed(empty.GetSpecifiedName(), empty.GetSpecifiedShortnames())
	case errors.As(err, &wrong):
		key, flag, value = "cli.flag_wrong", "--"+wrong.GetFlag().Name, wrong.GetValue()
	case errors.As(err, &syntax):
		key, flag = "cli.flag_syntax", syntax.GetSpecifiedFlag()
	default:
		return usageError{err}
	}
	return usage(key, "flag", text.Literal(flag), "value", text.Literal(value), "command", command)
}

// dashed is a flag as it was written: "--lang", or "-l" where it was in a group of
// short ones.
func dashed(name, short string) string {
	if short != "" {
		return "-" + name
	}
	return "--" + name
}

func (p Process) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  sereno version",
		Args:    nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "sereno "+versionText())
			return err
		},
	}
}

// versionText is the release, or the module's version and the commit.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	parts := []string{info.Main.Version}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && !strings.Contains(info.Main.Version, s.Value[:min(len(s.Value), 12)]) {
			parts = append(parts, s.Value)
		}
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}
