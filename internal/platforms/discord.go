package platforms

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"sereno/adapters/discord"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
)

var discordPlatform = &Platform{
	Name: discord.Platform, Title: "Discord",
	Settings: func(c *config.Config) any { return c.Discord },
	Connect:  connectDiscord,
	Manifest: func() Manifest { return discordManifest{} },
	words: map[string]sentence{
		"token": {
			"the bot's token is refused ({cause}): make a new one in the Developer Portal, your application → Bot → Reset Token",
			"el token del bot fue rechazado ({cause}): hacé uno nuevo en el Developer Portal, tu aplicación → Bot → Reset Token",
		},
		"intent": {
			"the bot does not see what people write: switch on “Message Content Intent” in the Developer Portal, your application → Bot → Privileged Gateway Intents",
			"el bot no ve lo que se escribe: encendé «Message Content Intent» en el Developer Portal, tu aplicación → Bot → Privileged Gateway Intents",
		},
		"server": {
			"server {subject} cannot be used: {cause}",
			"el servidor {subject} no se puede usar: {cause}",
		},
		"invite": {
			"the bot is not in server {subject}: add it at {cause}",
			"el bot no está en el servidor {subject}: agregalo en {cause}",
		},
		"channel": {
			"channel {subject} cannot be used ({cause}): correct its id",
			"el canal {subject} no se puede usar ({cause}): corregí su id",
		},
		"no_channel": {
			"channel {subject} is not there, or hidden from the bot: correct its id, let the bot see it, or add it to the server at {cause}",
			"el canal {subject} no existe, o está oculto para el bot: corregí su id, dejá que el bot lo vea, o agregalo al servidor en {cause}",
		},
		"other_server": {
			"channel {subject} is in server {cause}, and discord.guild names another, the only one to which the bot listens: remove discord.guild, or use a channel of that server",
			"el canal {subject} está en el servidor {cause}, y discord.guild nombra otro, el único que el bot escucha: quitá discord.guild, o usá un canal de ese servidor",
		},
		"permission": {
			"in channel {subject} the bot lacks {cause}: allow it for its role in the channel's settings → Permissions",
			"en el canal {subject} al bot le falta {cause}: permitíselo a su rol en los ajustes del canal → Permisos",
		},
		"commands": {
			"the commands cannot be compared with those of Discord ({cause})",
			"los comandos no se pueden comparar con los de Discord ({cause})",
		},
		"commands_differ": {
			"Discord has other commands than this version: register them with “sereno manifest discord --apply --config …”, or start the bot",
			"Discord tiene otros comandos que esta versión: registralos con «sereno manifest discord --apply --config …», o arrancá el bot",
		},
		"clock": {
			"the clock of this machine is {cause} ahead of Discord's (behind it, where that is negative): turn on time synchronisation (NTP)",
			"el reloj de esta máquina está {cause} adelantado respecto del de Discord (atrasado, si es negativo): encendé la sincronización horaria (NTP)",
		},
	},
}

func connectDiscord(c *config.Config, o Options) (Connection, error) {
	a, err := newDiscord(c, o)
	if err != nil {
		return Connection{}, err
	}
	return Connection{
		Adapter: a, Apply: a.Apply,
		Check: func(ctx context.Context, channels, people []string) []Problem {
			return problems(a.Check(ctx, channels, people))
		},
	}, nil
}

// newDiscord hears of everybody's roles: the core looks for those that it knows.
func newDiscord(c *config.Config, o Options) (*discord.Adapter, error) {
	s := c.Discord
	return discord.New(
		discord.Config{Token: s.Token.Reveal(), Guild: s.Guild, APIURL: s.APIURL, GatewayURL: s.GatewayURL},
		discord.Options{Logger: o.Logger, Client: o.Client, Acting: o.Acting, Commands: discordCommands(o)},
	)
}

// discordCommands are the commands in every language: Discord shows each person
// those of their own.
func discordCommands(o Options) discord.Commands {
	out := discord.Commands{Language: string(o.Lang), Specs: map[string][]bot.CommandSpec{}, OpenName: map[string]string{}}
	for lang, words := range about {
		out.Specs[string(lang)] = o.Commands(lang)
		out.OpenName[string(lang)] = words.open
	}
	return out
}

// discordManifest is the commands as Discord registers them, and the address at
// which the bot is added to a server.
type discordManifest struct{}

func (discordManifest) Help() Help {
	return Help{
		Short: "Print or register the commands of the Discord bot",
		Long: `Prints the application commands as JSON, with their options and in both languages,
made from the same tree of commands that understands what people type. With
--config also the address at which the bot is added to a server, with just the
permissions that it needs.

With --apply the commands are registered, if Discord has others: on your server
when discord.guild names it, else on every server of the bot. “sereno serve” does
the same when it starts.`,
		Example: `  sereno manifest discord --config sereno.yaml
  sereno manifest discord --config sereno.yaml --apply`,
	}
}

func (discordManifest) Flags(*pflag.FlagSet) {}

func (discordManifest) Text(c *config.Config, o Options) (string, error) {
	out, err := discord.Manifest(discordCommands(o))
	if err != nil || c == nil || c.Discord == nil {
		return string(out), err
	}
	app, ok := application(c.Discord.Token.Reveal())
	if !ok {
		return string(out), nil
	}
	return string(out) + invitation(o.Lang, discord.InviteURL(app, c.Discord.Guild)), nil
}

// application is the id of the bot, which is also its application's: a token
// begins with it in base64 (docs.discord.com/developers/reference#authentication).
func application(token string) (string, bool) {
	head, _, _ := strings.Cut(token, ".")
	id, err := base64.RawStdEncoding.DecodeString(head)
	if err != nil || len(id) < 15 || strings.Trim(string(id), "0123456789") != "" {
		return "", false
	}
	return string(id), true
}

func invitation(lang company.Lang, url string) string {
	return sentence{"\nAdd the bot to a server: ", "\nAgregá el bot a un servidor: "}.in(lang) + url + "\n"
}

func (discordManifest) Apply(ctx context.Context, c *config.Config, o Options, out io.Writer) error {
	a, err := newDiscord(c, o)
	if err != nil {
		return err
	}
	changed, err := a.Apply(ctx)
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	url, err := a.InviteURL(ctx)
	if err != nil {
		return fmt.Errorf("discord: %w", err)
	}
	_, err = fmt.Fprint(out, applied(o.Lang, changed), invitation(o.Lang, url))
	return err
}
