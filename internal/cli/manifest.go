package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"sereno/adapters/slack"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/commands"
)

// shortcut is what people read in a message's menu, by language.
var shortcut = map[company.Lang]struct{ app, name, about string }{
	company.English: {
		"Incidents from the first message to the root cause",
		"Open an incident", "Makes an incident of this message",
	},
	company.Spanish: {
		"Incidentes, del primer mensaje a la causa raíz",
		"Abrir un incidente", "Hace de este mensaje un incidente",
	},
}

func (p Process) manifest() *cobra.Command {
	c := &cobra.Command{
		Use:     "manifest",
		Short:   "Print what a platform must be told about the bot",
		Example: "  sereno manifest slack",
		Args:    nothingElse,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.manifestSlack())
	return c
}

func (p Process) manifestSlack() *cobra.Command {
	var o slack.ManifestOptions
	var mode, path, lang string
	c := &cobra.Command{
		Use:   "slack",
		Short: "Print the manifest of the Slack app",
		Long: `Prints the manifest of the Slack app as JSON: its scopes, events, commands and the
message action “Open an incident”, made from the same tree of commands that
understands what people type. Paste it at api.slack.com/apps (“Create New App”,
“From a manifest”).

With --config the mode and the language are those of the configuration.`,
		Example: `  sereno manifest slack > manifest.json
  sereno manifest slack --mode http --url https://sereno.example.com
  sereno manifest slack --config sereno.yaml --lang es`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			language := p.lang()
			if path != "" {
				conf, err := config.Load(path, p.Env, config.KeepReferences())
				if err != nil {
					return err
				}
				language = conf.Company.Language
				if conf.Slack != nil && mode == "" {
					mode = string(conf.Slack.Mode)
				}
			}
			if lang != "" {
				language = company.Lang(lang)
			}
			words, ok := shortcut[language]
			if !ok {
				return usagef("there is no language %q here; write “--lang es” or “--lang en”", lang)
			}
			o.Mode = slack.Mode(mode)
			if o.BaseURL != "" && mode == "" {
				o.Mode = slack.HTTP
			}
			o.Description, o.ShortcutName, o.ShortcutDescription = words.app, words.name, words.about
			out, err := slack.Manifest(commands.New().Specs(language), o)
			if err != nil {
				return usageError{err}
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), strings.TrimSpace(string(out)))
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&mode, "mode", "", "socket (no address needed) or http")
	f.StringVar(&o.BaseURL, "url", "", "where Slack reaches the bot in http mode, as https://sereno.example.com")
	f.StringVar(&o.Name, "name", "", "name of the app and the bot; Sereno when left out")
	f.BoolVar(&o.Org, "org", false, "make it installable for a whole Enterprise organisation")
	f.StringVar(&path, "config", "", "take mode and language from this configuration")
	f.StringVar(&lang, "lang", "", "language of the texts, es or en; that of LANG when left out")
	return c
}
