package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/commands"
	"sereno/internal/platforms"
)

// onlineTime bounds what is asked over the network.
const onlineTime = 2 * time.Minute

// errNotFine: the check found something, and has printed it.
var errNotFine = saidError{errors.New("the configuration is not fine")}

func (p Process) check() *cobra.Command {
	var path string
	var online, withoutEnv bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Find every mistake of a configuration, each with its place",
		Long: `Reads the configuration and the articles of its knowledge base and prints every
mistake at once, each as file:line:column with what to write instead. When there
is none it prints a summary. Nothing is changed.

With --online it also asks the platforms, all at once: whether the tokens are good
and may do what is needed, the bot is in every channel, every person can be
written to, and this machine's clock is right; and the bot that serves this
configuration, if one does, what it has given up.

Exit status 0 when all is well, 1 when something is not.`,
		Example: `  sereno check
  sereno check --config sereno.yaml --online
  sereno check --without-env            on a machine that has none of the secrets`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			if online && withoutEnv {
				return usagef("--online needs the secrets that --without-env leaves out; choose one")
			}
			out := c.OutOrStdout()
			var options []config.Option
			if withoutEnv {
				options = append(options, config.KeepReferences())
			}
			conf, err := config.Load(path, p.Env, options...)
			var problems config.Problems
			if errors.As(err, &problems) {
				fmt.Fprintln(out, problems.Text(p.lang()))
				return errNotFine
			}
			if err != nil {
				return err
			}
			if late := conf.Unworkable(); len(late) > 0 {
				fmt.Fprintln(out, late.Text(p.lang()))
				return errNotFine
			}
			found, err := articles(conf)
			var mistakes kb.Mistakes
			if errors.As(err, &mistakes) {
				fmt.Fprintln(out, mistakes)
				return errNotFine
			}
			if err != nil {
				return err
			}
			if _, err := kb.NewIndex(found, kb.Options{Threshold: conf.KB.Confidence}); err != nil {
				return err
			}
			if online {
				ctx, cancel := context.WithTimeout(c.Context(), onlineTime)
				defer cancel()
				fine, err := platforms.Ask(ctx, conf, commands.New().Specs, p.lang(), out)
				if err != nil {
					return err
				}
				lost, running := givenUp(c.Context(), conf)
				if !running {
					fmt.Fprintf(out, "Nobody serves at %s now, so what was given up there is not known.\n", conf.Listen)
				}
				for _, problem := range lost {
					fmt.Fprintln(out, problem)
				}
				if !fine || len(lost) > 0 {
					return errNotFine
				}
			}
			_, err = fmt.Fprint(out, summary(conf, len(found), p.lang()))
			return err
		},
	}
	c.Flags().StringVar(&path, "config", defaultConfig, "the configuration to check")
	c.Flags().BoolVar(&online, "online", false, "ask the platforms too")
	c.Flags().BoolVar(&withoutEnv, "without-env", false, "leave ${…} as it is written; variables need not be set")
	return c
}

// defaultConfig is where a configuration is looked for.
const defaultConfig = "sereno.yaml"

func summary(c *config.Config, articles int, lang company.Lang) string {
	var on []string
	for _, p := range platforms.Connected(c) {
		text := p.Title
		if p.Note != nil {
			text += " (" + p.Note(c) + ")"
		}
		on = append(on, text)
	}
	if len(on) == 0 {
		on = []string{"no platform: connect one to serve"}
	}
	co := c.Company
	counts := strings.Join([]string{
		count(len(co.Customers), "customer", "customers"), count(len(co.Teams), "team", "teams"),
		count(len(co.People), "person", "people"), count(len(co.Calendars), "calendar", "calendars"),
		count(len(co.Contracts), "contract", "contracts"), count(len(co.Schedules), "schedule", "schedules"),
		count(len(co.Policies), "escalation policy", "escalation policies"), count(articles, "article", "articles"),
	}, ", ")
	out := fmt.Sprintf("%s is fine.\n%s: %s.\n%s.\n", c.Path, co.Name, counts, strings.Join(on, ", "))
	for _, p := range platforms.Unconnected(c) {
		out += p.Name + ": " + p.Tell(platforms.Problem{Code: "unconnected", Subject: p.Name}, lang, same) + "\n"
	}
	return out
}

func same(s string) string { return s }

// count is a number with its word.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
