package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/text"
	"sereno/commands"
	"sereno/internal/demo"
	"sereno/internal/replay"
	"sereno/internal/stage"
	"sereno/store"
)

// open sets a stage for the configuration: a store that is gone afterwards and
// keys that are the same each time.
func open(ctx context.Context, c *config.Config, articles []bot.Reading, start time.Time, show func(console.Record)) (*stage.Stage, error) {
	onConsole := console.OnConsole(c.Company)
	return stage.New(onConsole, start, show, func(a bot.Adapter, clock bot.Clock) (stage.Player, error) {
		s, err := store.Open(ctx, "sqlite::memory:")
		if err != nil {
			return stage.Player{}, err
		}
		past, err := bot.NewPast(s, options(c))
		if err != nil {
			return stage.Player{}, errors.Join(err, s.Close())
		}
		keys := 0
		b, err := bot.New(bot.Options{
			Company: onConsole, Store: s, Adapters: []bot.Adapter{a}, Clock: clock,
			Commands: commands.New(), Articles: bot.NewLibrary(s, options(c), nil), Past: past,
			Keys: func() string { keys++; return strconv.Itoa(keys) },
		})
		for _, from := range articles {
			if err == nil {
				_, err = b.ApplySource(ctx, from)
			}
		}
		if err != nil {
			return stage.Player{}, errors.Join(err, s.Close())
		}
		return stage.Player{
			Engine: b,
			State:  func(ctx context.Context) (any, error) { return b.State(ctx) },
			Close:  s.Close,
		}, nil
	})
}

func (p Process) replay() *cobra.Command {
	var path string
	var state bool
	c := &cobra.Command{
		Use:   "replay FILE",
		Short: "Play a file of events and print everything that the bot does",
		Long: `Reads events as JSON Lines, each with its own instant, and prints what the bot
does as JSON Lines, under the given configuration or the sample company's. The
clock moves as the events say; what falls due on the way happens at its own
time. Nothing is sent anywhere and nothing is kept.

Use it to see what a new contract, calendar or schedule would have done to last
month's incidents, before it goes live. FILE “-” is the standard input.

A line holds at most one thing that somebody does:
  {"at":"2026-11-25T10:00:00-03:00","channel":"acme-support","user":"maria","text":"La API de pagos devuelve 500"}
  {"at":"2026-11-25T10:05:00-03:00","channel":"acme-support","user":"ana","thread":"INC-1","text":"Lo estamos mirando"}
  {"at":"2026-11-25T10:06:00-03:00","channel":"payments-team","user":"ana","command":"/incident severity INC-1 critical"}
  {"at":"2026-11-25T10:20:00-03:00","user":"luis","press":"ack","incident":"INC-1"}
  {"user":"ana","form":"resolve","incident":"INC-1","fields":{"done":"…"}}
  {"user":"maria","react":"ticket","to":"m12"}
  {"user":"maria","edit":"m1","text":"…"}     {"user":"maria","delete":"m1"}     {"user":"ana","open":"m1"}
  {"at":"2026-11-25T18:00:00-03:00"}
Of several buttons with one id on a message, "press":"kb_show#2" is the second.
Without "at" it happens at the instant of the line before; without "channel" in
the direct messages between that person and the bot. Only "at" moves the clock.

Exit status 0 when every line was taken; 2 with the line's number and what to
write instead otherwise.`,
		Example: `  sereno replay november.jsonl > before.jsonl
  sereno replay november.jsonl --config new-contract.yaml --state > after.jsonl
  echo '{"at":"2026-11-25T10:00:00-03:00","channel":"acme-support","user":"maria","text":"no anda"}' | sereno replay - --state`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("cli.replay.one_file")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			conf, found, err := p.setting(path)
			if err != nil {
				return err
			}
			in := c.InOrStdin()
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if errors.Is(err, fs.ErrNotExist) {
					return usage("cli.replay.no_file", "path", args[0])
				}
				if err != nil {
					return usage("cli.unreadable", "path", args[0], "cause", reason(err))
				}
				defer f.Close()
				in = f
			}
			err = replay.Run(c.Context(), in, c.OutOrStdout(), func(start time.Time, show func(console.Record)) (*stage.Stage, error) {
				return open(c.Context(), conf, found, start, show)
			}, replay.Options{State: state})
			var line *replay.LineError
			if errors.As(err, &line) && args[0] != "-" {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return err
		},
	}
	c.Flags().StringVar(&path, "config", "", "the configuration to play under; the sample company's when left out")
	c.Flags().BoolVar(&state, "state", false, "print, as the last line, how things stand at the last instant")
	return c
}

func (p Process) demo() *cobra.Command {
	var path, lang string
	c := &cobra.Command{
		Use:   "demo",
		Short: "Be the customer, the agent and the on-call in a terminal",
		Long: `A chat in the terminal with a sample company. You are whom you choose to be, press
buttons by number and move the clock; the bot does the rest. Nothing is sent
anywhere and nothing is kept. /help teaches it in six steps.

Without a terminal it plays a script from the standard input and prints the
conversation; exit status 2 says that some line of it could not be done.`,
		Example: `  sereno demo
  sereno demo --lang es
  sereno demo < script.txt`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			language := p.lang()
			switch company.Lang(lang) {
			case "":
			case company.Spanish, company.English:
				language = company.Lang(lang)
			default:
				return usage("cli.no_language", "lang", text.Literal(lang))
			}
			conf, found, err := p.setting(path)
			if err != nil {
				return err
			}
			home := conf.Company.Zone
			noColour, _ := p.Env("NO_COLOR") // no-color.org: any value but an empty one
			return demo.Run(c.Context(), demo.Options{
				In: c.InOrStdin(), Out: c.OutOrStdout(), Lang: language, Colour: noColour == "", Home: home,
				Commands: commands.New().Specs(language),
				Open: func(show func(console.Record)) (*stage.Stage, error) {
					return open(c.Context(), conf, found, demo.Start(home), show)
				},
			})
		},
	}
	c.Flags().StringVar(&path, "config", "", "the company to play with; the sample when left out")
	c.Flags().StringVar(&lang, "lang", "", "language of the demo's own words, es or en; that of LANG when left out")
	return c
}
