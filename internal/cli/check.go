package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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
	var online, withoutEnv, strict, asJSON bool
	c := &cobra.Command{
		Use:   "check",
		Short: "Find every mistake of a configuration, each with its place",
		Long: `Reads the configuration and the articles of its knowledge base and prints every
mistake at once, each as file:line:column with what to write instead. When there
is none it prints a summary. Nothing is changed. A policy that cannot end before
the breach that it is to prevent is a mistake too.

It also looks 30 days ahead, at the document alone, and warns of what it allows
and somebody should know: times at which nobody is on call, people on call twice
at once, people whom one platform alone reaches, steps that come after a breach,
lists of holidays that end. Swaps and vacations live in the bot: /oncall gaps
knows them.

With --online it also asks the platforms, all at once: whether the tokens are good
and may do what is needed, the bot is in every channel, every person can be
written to, and this machine's clock is right; and the bot that serves this
configuration, if one does, what it has given up.

Exit status 0 when all is well, 1 when something is not. Warnings leave it at 0,
unless --strict is given.`,
		Example: `  sereno check
  sereno check --config sereno.yaml --online
  sereno check --strict --json          in a pipeline: one object a line
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
			if err != nil && !errors.As(err, &problems) {
				return err
			}
			if err == nil {
				problems = append(conf.Unworkable(), conf.Ahead(time.Now(), nil)...)
			}
			if err := tell(out, problems, asJSON, p.lang()); err != nil {
				return err
			}
			if slices.ContainsFunc(problems, func(found config.Problem) bool { return strict || !found.Warning }) {
				return errNotFine
			}
			found, read, err := articles(conf)
			var mistakes kb.Mistakes
			if errors.As(err, &mistakes) {
				if err := tellArticles(out, mistakes, "error", asJSON, p.lang()); err != nil {
					return err
				}
				return errNotFine
			}
			if err != nil {
				return err
			}
			lost := strays(read)
			if err := tellArticles(out, lost, "warning", asJSON, p.lang()); err != nil {
				return err
			}
			if strict && len(lost) > 0 {
				return errNotFine
			}
			if online {
				ctx, cancel := context.WithTimeout(c.Context(), onlineTime)
				defer cancel()
				fine, err := platforms.Ask(ctx, conf, commands.New().Specs, p.lang(), out)
				if err != nil {
					return err
				}
				dead, running := givenUp(c.Context(), conf)
				if !running {
					fmt.Fprintf(out, "Nobody serves at %s now, so what was given up there is not known.\n", conf.Listen)
				}
				for _, problem := range dead {
					fmt.Fprintln(out, problem)
				}
				if !fine || len(dead) > 0 {
					return errNotFine
				}
			}
			if asJSON {
				return nil
			}
			_, err = fmt.Fprint(out, summary(conf, len(found), p.lang()))
			return err
		},
	}
	c.Flags().StringVar(&path, "config", defaultConfig, "the configuration to check")
	c.Flags().BoolVar(&online, "online", false, "ask the platforms too")
	c.Flags().BoolVar(&withoutEnv, "without-env", false, "leave ${…} as it is written; variables need not be set")
	c.Flags().BoolVar(&strict, "strict", false, "let warnings fail the check too")
	c.Flags().BoolVar(&asJSON, "json", false, "print each finding as one line of JSON")
	return c
}

// tell prints what was found, one a line.
func tell(out io.Writer, found config.Problems, asJSON bool, lang company.Lang) error {
	if !asJSON {
		if len(found) > 0 {
			fmt.Fprintln(out, found.Text(lang))
		}
		return nil
	}
	var lines []finding
	for _, p := range found {
		level := "error"
		if p.Warning {
			level = "warning"
		}
		lines = append(lines, finding{p.File, p.Line, p.Col, p.Path, level, p.Msg.In(lang)})
	}
	return encode(out, lines)
}

// tellArticles prints what was found in articles, as tell does in the configuration.
func tellArticles(out io.Writer, found kb.Mistakes, level string, asJSON bool, lang company.Lang) error {
	var lines []finding
	for _, m := range found {
		lines = append(lines, finding{File: m.File, Line: m.Line, Level: level, Message: m.In(lang)})
		if asJSON {
			continue
		}
		if _, err := fmt.Fprintf(out, "%s: %s%s\n", m.Place(), marked[level][lang], m.In(lang)); err != nil {
			return err
		}
	}
	if asJSON {
		return encode(out, lines)
	}
	return nil
}

// marked begins what is no mistake.
var marked = map[string]map[company.Lang]string{"warning": {company.Spanish: "aviso: ", company.English: "warning: "}}

// finding is what was found as a line of JSON. Line and Column are from 1, 0 for none.
type finding struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Path    string `json:"path"`
	Level   string `json:"level"`
	Message string `json:"message"`
}

func encode(out io.Writer, all []finding) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for _, x := range all {
		if err := lines.Encode(x); err != nil {
			return err
		}
	}
	return nil
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
