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

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/bot/text"
	"sereno/commands"
	"sereno/internal/platforms"
)

// onlineTime bounds what is asked over the network.
const onlineTime = 2 * time.Minute

// errNotFine: the check found something, and has printed it.
var errNotFine = saidError{errors.New("the configuration is not fine")}

// checking is one run of the check.
type checking struct {
	Process
	out                                io.Writer
	path                               string
	online, withoutEnv, strict, asJSON bool
}

func (p Process) check() *cobra.Command {
	check := checking{Process: p}
	c := &cobra.Command{
		Use:   "check",
		Short: "Find every mistake of a configuration, each with its place",
		Long: `Reads the configuration and the articles of its knowledge base and prints every
mistake at once, each as file:line:column with what to write instead. When there
is none it prints a summary. Nothing is changed. A policy that cannot end before
the breach that it is to prevent is a mistake too.

It also looks 30 days ahead, at the document alone, and warns of what it allows
and somebody should know: times at which nobody is on call, people on call twice
at once, people whom one platform alone reaches or who are in quiet hours all week,
steps that come after a breach, targets that take more than a year, lists of
holidays that end. Swaps and vacations live in the bot: /oncall gaps
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
			check.out = c.OutOrStdout()
			return check.run(c.Context())
		},
	}
	c.Flags().StringVar(&check.path, "config", defaultConfig, "the configuration to check")
	c.Flags().BoolVar(&check.online, "online", false, "ask the platforms too")
	c.Flags().BoolVar(&check.withoutEnv, "without-env", false, "leave ${…} as it is written; variables need not be set")
	c.Flags().BoolVar(&check.strict, "strict", false, "let warnings fail the check too")
	c.Flags().BoolVar(&check.asJSON, "json", false, "print each finding as one line of JSON")
	return c
}

func (c *checking) run(ctx context.Context) error {
	if c.online && c.withoutEnv {
		return usage("cli.check.secrets")
	}
	conf, err := c.document()
	if err != nil {
		return err
	}
	found, err := c.articles(conf)
	if err != nil {
		return err
	}
	if c.online {
		if err := c.platforms(ctx, conf); err != nil {
			return err
		}
	}
	if c.asJSON {
		return nil
	}
	_, err = fmt.Fprint(c.out, summary(conf, found, c.lang()))
	return err
}

// document tells what is wrong with the configuration itself; errNotFine where
// something is.
func (c *checking) document() (*config.Config, error) {
	var options []config.Option
	if c.withoutEnv {
		options = append(options, config.KeepReferences())
	}
	conf, err := config.Load(c.path, c.Env, options...)
	var problems config.Problems
	if err != nil && !errors.As(err, &problems) {
		return nil, err
	}
	if err == nil {
		problems = append(conf.Unworkable(), conf.Ahead(time.Now(), nil)...)
	}
	if err := tell(c.out, problems, c.asJSON, c.lang()); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(problems, func(found config.Problem) bool { return c.strict || !found.Warning }) {
		return nil, errNotFine
	}
	return conf, nil
}

// articles tells what is wrong with the articles, and counts them; errNotFine where
// something is.
func (c *checking) articles(conf *config.Config) (n int, err error) {
	found, read, err := articles(conf)
	var mistakes kb.Mistakes
	if errors.As(err, &mistakes) {
		if err := tellArticles(c.out, mistakes, "error", c.asJSON, c.lang()); err != nil {
			return 0, err
		}
		return 0, errNotFine
	}
	if err != nil {
		return 0, err
	}
	if err := c.leftOut(read); err != nil {
		return 0, err
	}
	lost := strays(read)
	if err := tellArticles(c.out, lost, "warning", c.asJSON, c.lang()); err != nil {
		return 0, err
	}
	if c.strict && len(lost) > 0 {
		return 0, errNotFine
	}
	return len(found), nil
}

// maxLeftOut is how many pages that are left out a person is told of.
const maxLeftOut = 10

// leftOut tells which pages of wikis are no articles, and why. That is as it should be,
// but for who misses one.
func (c *checking) leftOut(read []bot.Reading) error {
	var all kb.Mistakes
	for _, from := range read {
		all = append(all, from.Skipped...)
	}
	some := all
	if !c.asJSON {
		some = all[:min(len(all), maxLeftOut)]
	}
	if err := tellArticles(c.out, some, "left_out", c.asJSON, c.lang()); err != nil {
		return err
	}
	if more := len(all) - len(some); more > 0 {
		fmt.Fprintln(c.out, text.T(c.lang(), "check.left_out", "n", more))
	}
	return nil
}

// platforms tells what the platforms and the bot that serves the configuration
// answer; errNotFine where something is wrong.
func (c *checking) platforms(ctx context.Context, conf *config.Config) error {
	asking, cancel := context.WithTimeout(ctx, onlineTime)
	defer cancel()
	fine, err := platforms.Ask(asking, conf, commands.New().Specs, c.lang(), c.out)
	if err != nil {
		return err
	}
	dead, running := givenUp(ctx, conf, c.lang())
	if !running {
		fmt.Fprintln(c.out, text.T(c.lang(), "check.not_serving", "address", conf.Listen))
	}
	for _, problem := range dead {
		fmt.Fprintln(c.out, problem)
	}
	if !fine || len(dead) > 0 {
		return errNotFine
	}
	return nil
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
var marked = map[string]map[company.Lang]string{
	"warning":  {company.Spanish: "aviso: ", company.English: "warning: "},
	"left_out": {company.Spanish: "no se toma: ", company.English: "left out: "},
}

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
		title := p.Title
		if p.Note != nil {
			title += " (" + p.Note(c, lang) + ")"
		}
		on = append(on, title)
	}
	if len(on) == 0 {
		on = []string{text.T(lang, "check.no_platform")}
	}
	co := c.Company
	counts := text.T(lang, "check.counts", "company", co.Name,
		"customers", len(co.Customers), "teams", len(co.Teams), "people", len(co.People), "calendars", len(co.Calendars),
		"contracts", len(co.Contracts), "schedules", len(co.Schedules), "policies", len(co.Policies), "articles", articles)
	out := fmt.Sprintf("%s\n%s\n%s.\n", text.T(lang, "check.fine", "path", c.Path), counts, strings.Join(on, ", "))
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
