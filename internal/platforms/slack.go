package platforms

import (
	"context"

	"github.com/spf13/pflag"

	"sereno/adapters/slack"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/text"
)

var slackPlatform = &Platform{
	Name: slack.Platform, Title: "Slack",
	Settings: func(c *config.Config) any { return c.Slack },
	Connect:  connectSlack,
	Manifest: func() Manifest { return &slackManifest{} },
	Note: func(c *config.Config, lang company.Lang) string {
		return text.T(lang, "check.mode", "mode", string(c.Slack.Mode))
	},
	words: map[string]sentence{
		"token": {
			"the bot token is refused ({cause}): copy it again from OAuth & Permissions",
			"el token del bot fue rechazado ({cause}): copialo de nuevo de OAuth & Permissions",
		},
		"team": {
			"the bot token belongs to workspace {subject}, not to the one that slack.team names: correct one of the two",
			"el token del bot es del espacio {subject}, no del que nombra slack.team: corregí uno de los dos",
		},
		"scope": {
			"the bot token lacks the scope {subject}: add it at OAuth & Permissions → Bot Token Scopes and install the app again",
			"al token del bot le falta el permiso {subject}: agregalo en OAuth & Permissions → Bot Token Scopes e instalá la aplicación de nuevo",
		},
		"app_token": {
			"the app token cannot open sockets ({cause}): make one with the scope {subject} at Basic Information → App-Level Tokens, and turn Socket Mode on",
			"el token de aplicación no puede abrir sockets ({cause}): hacé uno con el permiso {subject} en Basic Information → App-Level Tokens, y encendé Socket Mode",
		},
		"member": {
			"the bot is not in channel {subject}: write /invite and its name there",
			"el bot no está en el canal {subject}: escribí ahí /invite y su nombre",
		},
		"shared": {
			"channel {subject} is shared with {cause}: name the customer's own among them under its workspaces, or all of them are taken for the customer",
			"el canal {subject} está compartido con {cause}: nombrá la del cliente en sus workspaces, o a todas se las toma por el cliente",
		},
		"group": {
			"user group {subject} cannot be read ({cause}): correct its id under the team's groups",
			"el grupo {subject} no se puede leer ({cause}): corregí su id en groups del equipo",
		},
	},
}

func connectSlack(c *config.Config, o Options) (Connection, error) {
	s := c.Slack
	co := o.Company
	if co == nil {
		co = func() *company.Company { return c.Company }
	}
	a, err := slack.New(slack.Config{
		BotToken: s.BotToken.Reveal(), AppToken: s.AppToken.Reveal(), SigningSecret: s.SigningSecret.Reveal(),
		APIURL: s.APIURL, Mode: slack.Mode(s.Mode), Connections: s.Connections, Team: s.Team,
		Unlimited: s.Unlimited,
	}, slack.Options{
		Logger: o.Logger, Client: o.Client, Acting: o.Acting,
		Groups: o.Groups, Workspace: o.Workspace,
		Aside: func(channel string) string { return text.T(languageOf(co(), channel), "aside.write_to_me") },
	})
	if err != nil {
		return Connection{}, err
	}
	out := Connection{Adapter: a, Check: func(ctx context.Context, channels, people []string) []Problem {
		return problems(a.Check(ctx, channels, people))
	}}
	if s.Mode == config.HTTP {
		out.Handler = a.Handler()
	}
	return out, nil
}

// languageOf is the language in which people talk in the channel.
func languageOf(co *company.Company, channel string) company.Lang {
	at := company.ChannelID{Platform: slack.Platform, ID: channel}
	if x := co.CustomerOf(at); x != nil {
		return x.Language
	}
	if t := co.TeamOf(at); t != nil {
		return t.Language
	}
	return co.Language
}

// slackManifest is the JSON from which Slack makes an app.
type slackManifest struct {
	mode string
	o    slack.ManifestOptions
}

func (*slackManifest) Help() Help {
	return Help{
		Short: "Print the manifest of the Slack app",
		Long: `Prints the manifest of the Slack app as JSON: its scopes, events, commands and the
shortcuts “Open an incident” and “Report an incident”, made from the same tree of commands that
understands what people type. Paste it at api.slack.com/apps (“Create New App”,
“From a manifest”).

With --config the mode and the language are those of the configuration.`,
		Example: `  sereno manifest slack > manifest.json
  sereno manifest slack --mode http --url https://sereno.example.com
  sereno manifest slack --config sereno.yaml --lang es`,
	}
}

func (m *slackManifest) Flags(f *pflag.FlagSet) {
	f.StringVar(&m.mode, "mode", "", "socket (no address needed) or http")
	f.StringVar(&m.o.BaseURL, "url", "", "where Slack reaches the bot in http mode, as https://sereno.example.com")
	f.StringVar(&m.o.Name, "name", "", "name of the app and the bot; Sereno when left out")
	f.BoolVar(&m.o.Org, "org", false, "make it installable for a whole Enterprise organisation")
}

func (m *slackManifest) Text(c *config.Config, told Options) (string, error) {
	o := m.o
	switch {
	case m.mode != "":
		o.Mode = slack.Mode(m.mode)
	case c != nil && c.Slack != nil:
		o.Mode = slack.Mode(c.Slack.Mode)
	case o.BaseURL != "":
		o.Mode = slack.HTTP
	}
	words := about[told.Lang]
	o.Description, o.ShortcutName, o.ShortcutDescription = words.app, words.open, words.openMeans
	o.ReportName, o.ReportDescription = words.report, words.reportMeans
	out, err := slack.Manifest(told.Commands(told.Lang), o)
	return string(out), err
}
