package platforms

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"sereno/adapters/mattermost"
	"sereno/bot/config"
	"sereno/bot/text"
)

var mattermostPlatform = &Platform{
	Name: mattermost.Platform, Title: "Mattermost",
	Settings: func(c *config.Config) any { return c.Mattermost },
	Connect:  connectMattermost,
	Manifest: func() Manifest { return mattermostManifest{} },
	words: map[string]sentence{
		"token": {
			"the bot's token is refused ({cause}): make one at Integrations → Bot Accounts → Create New Token",
			"el token del bot fue rechazado ({cause}): hacé uno en Integraciones → Cuentas de bot → Crear nuevo token",
		},
		"team": {
			"team {subject} cannot be used ({cause}): add the bot to the team, or correct mattermost.team",
			"el equipo {subject} no se puede usar ({cause}): agregá el bot al equipo, o corregí mattermost.team",
		},
		"permission": {
			"the bot lacks the permission {subject} ({cause}): grant it at System Console → User Management → Permissions, or give its account a role that has it",
			"al bot le falta el permiso {subject} ({cause}): otorgalo en Consola del sistema → Gestión de usuarios → Permisos, o dale a su cuenta un rol que lo tenga",
		},
		"callback": {
			"the bot cannot be called at {subject} ({cause}): start it, or correct mattermost.callback_url; the server calls a private host only if its ServiceSettings.AllowedUntrustedInternalConnections names it",
			"no se puede llamar al bot en {subject} ({cause}): arrancalo, o corregí mattermost.callback_url; el servidor llama a un host privado solo si su ServiceSettings.AllowedUntrustedInternalConnections lo nombra",
		},
		"version": {
			"the server is of version {subject} ({cause}): bring it up to date",
			"el servidor es de la versión {subject} ({cause}): actualizalo",
		},
		"clock": {
			"the clocks of this machine and of the server differ ({cause}): turn on time synchronisation (NTP) on both",
			"los relojes de esta máquina y del servidor difieren ({cause}): encendé la sincronización horaria (NTP) en las dos",
		},
	},
}

func connectMattermost(c *config.Config, o Options) (Connection, error) {
	a, err := newMattermost(c, o)
	if err != nil {
		return Connection{}, err
	}
	return Connection{
		Adapter: a, Handler: a.Handler(), Apply: a.Apply,
		Check: func(ctx context.Context, channels, people []string) []Problem {
			return problems(a.Check(ctx, channels, people))
		},
	}, nil
}

func newMattermost(c *config.Config, o Options) (*mattermost.Adapter, error) {
	return mattermost.New(mattermostConfig(c.Mattermost), mattermost.Options{
		Logger: o.Logger, Client: o.Client, Acting: o.Acting, Groups: o.Groups, Commands: o.Commands(o.Lang),
	})
}

func mattermostConfig(s *config.Mattermost) mattermost.Config {
	return mattermost.Config{URL: s.URL, Token: s.Token.Reveal(), Team: s.Team, CallbackURL: s.CallbackURL, Secret: s.Secret.Reveal()}
}

// mattermostManifest is the slash commands as Mattermost takes them.
type mattermostManifest struct{}

func (mattermostManifest) Help() Help {
	return Help{
		Short: "Print or register the slash commands of the Mattermost bot",
		Long: `Prints the slash commands as JSON, in the form in which Mattermost's API takes each,
made from the same tree of commands that understands what people type. Their
addresses are signed and secret: who knows one can type commands as anybody. So
the configuration is needed, with its secrets.

With --apply they are registered in the team that mattermost.team names, else in
every team of the bot, where they differ. The bot's account needs the permission
manage_slash_commands; without it, somebody who has it enters what is printed at
Integrations → Slash Commands. “sereno serve” tries the same when it starts.`,
		Example: `  sereno manifest mattermost --config sereno.yaml
  sereno manifest mattermost --config sereno.yaml --apply`,
	}
}

func (mattermostManifest) Flags(*pflag.FlagSet) {}

func (mattermostManifest) Text(c *config.Config, o Options) (string, error) {
	switch {
	case c == nil:
		return "", text.NewError("cli.manifest.no_config")
	case c.Mattermost == nil:
		return "", text.NewError("cli.manifest.no_addresses", "path", c.Path)
	case strings.Contains(c.Mattermost.Token.Reveal()+c.Mattermost.Secret.Reveal()+c.Mattermost.CallbackURL, "${"):
		return "", text.NewError("cli.manifest.no_variables", "path", c.Path)
	}
	out, err := mattermost.Manifest(o.Commands(o.Lang), mattermostConfig(c.Mattermost))
	return string(out), err
}

func (mattermostManifest) Apply(ctx context.Context, c *config.Config, o Options, out io.Writer) error {
	a, err := newMattermost(c, o)
	if err != nil {
		return err
	}
	changed, err := a.Apply(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, applied(o.Lang, changed))
	return err
}
