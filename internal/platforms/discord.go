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
		"channel": {
			"channel {subject} cannot be used: {cause}",
			"el canal {subject} no se puede usar: {cause}",
		},
		"permission": {
			"in channel {subject} something is not allowed: {cause}",
			"en el canal {subject} falta un permiso: {cause}",
		},
		"commands": {
			"the commands are not as they should be ({cause})",
			"los comandos no están como deben ({cause})",
		},
		"clock": {
			"the clock of this machine is wrong: {cause}",
			"el reloj de esta máquina está mal: {cause}",
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
