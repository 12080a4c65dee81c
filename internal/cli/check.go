package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sereno/adapters/slack"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
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

With --online it also asks the platforms: whether the tokens are good and have
their scopes, the bot is in every channel, and every person can be written to;
and the bot that serves this configuration, if one does, what it has given up.

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
				wrong, err := ask(ctx, conf)
				if err != nil {
					return err
				}
				lost, running := givenUp(ctx, conf)
				wrong = append(wrong, lost...)
				if !running {
					fmt.Fprintf(out, "Nobody serves at %s now, so what was given up there is not known.\n", conf.Listen)
				}
				for _, problem := range wrong {
					fmt.Fprintln(out, problem)
				}
				if len(wrong) > 0 {
					return errNotFine
				}
			}
			_, err = fmt.Fprint(out, summary(conf, len(found), online))
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

// ask asks the platforms whether the bot can work, and answers what is wrong.
func ask(ctx context.Context, c *config.Config) ([]string, error) {
	if c.Slack == nil {
		return nil, nil
	}
	a, err := slack.New(slackConfig(c.Slack), slack.Options{})
	if err != nil {
		return nil, err
	}
	var out []string
	channels, people := onPlatform(c.Company, slack.Platform)
	for _, problem := range a.Check(ctx, channels, people) {
		out = append(out, "slack: "+problem.String())
	}
	return out, nil
}

// onPlatform lists what the company has on a platform: channels, and people's
// identities.
func onPlatform(c *company.Company, platform string) (channels, people []string) {
	add := func(in []company.ChannelID) {
		for _, ch := range in {
			if ch.Platform == platform && !slices.Contains(channels, ch.ID) {
				channels = append(channels, ch.ID)
			}
		}
	}
	for _, x := range c.Customers {
		add(x.Channels)
	}
	for _, t := range c.Teams {
		add(t.Channels)
	}
	add(c.QualityChannels)
	for _, p := range c.People {
		if id := p.Identities[platform]; id != "" {
			people = append(people, id)
		}
	}
	return channels, people
}

func summary(c *config.Config, articles int, online bool) string {
	platforms := "no platform: connect one to serve"
	if c.Slack != nil {
		platforms = fmt.Sprintf("Slack (%s mode)", c.Slack.Mode)
	}
	asked := ""
	if online && c.Slack != nil {
		asked = "; asked, and all is well there"
	}
	co := c.Company
	counts := strings.Join([]string{
		count(len(co.Customers), "customer", "customers"), count(len(co.Teams), "team", "teams"),
		count(len(co.People), "person", "people"), count(len(co.Calendars), "calendar", "calendars"),
		count(len(co.Contracts), "contract", "contracts"), count(len(co.Schedules), "schedule", "schedules"),
		count(len(co.Policies), "escalation policy", "escalation policies"), count(articles, "article", "articles"),
	}, ", ")
	return fmt.Sprintf("%s is fine.\n%s: %s.\n%s%s.\n", c.Path, co.Name, counts, platforms, asked)
}

// count is a number with its word.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
