package cli

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/mattermost/mattermost/server/public/model"
	"github.com/rogpeppe/go-internal/testscript"

	"sereno/adapters/discord/discordtest"
	"sereno/adapters/mattermost/mattermosttest"
	"sereno/adapters/slack"
	"sereno/adapters/slack/slacktest"
)

// discordToken is one as Discord makes them: it begins with the bot's id.
var discordToken = base64.RawStdEncoding.EncodeToString([]byte(discordtest.Bot)) + ".Gabcde.secretsecretsecretsecretsecret"

// everywhere is a company with channels and people on three platforms, each of
// which a server of the test plays.
const everywhere = `
company: {name: Faro, language: es, timezone: UTC}
listen: 127.0.0.1:1
slack: {bot_token: "${SLACK_BOT_TOKEN}", app_token: "${SLACK_APP_TOKEN}", api_url: %q}
discord: {token: "${DISCORD_TOKEN}", guild: %s, api_url: %q, gateway_url: %q}
mattermost: {url: %q, token: "${MATTERMOST_TOKEN}", callback_url: %q, secret: "${MATTERMOST_SECRET}"}
calendars: {always: {timezone: UTC, hours: {mon-sun: ["00:00-24:00"]}}}
contracts: {gold: {levels: {critical: {calendar: always, first_response: 1h}, high: none, normal: none, low: none}}}
customers: {acme: {contract: gold, team: payments, channels: {slack: [C0ACME], discord: [1100000000000000101]}}}
teams: {payments: {channels: {slack: [C0PAY], mattermost: [%s]}, agents: [ana]}}
people: {ana: {name: Ana, identities: {slack: U0ANA, discord: 1100000000000000301, mattermost: %s}}}
`

// servePlatforms runs a server for each platform, writes everywhere.yaml, in
// which they are connected, and tells the script the tokens.
func servePlatforms(env *testscript.Env) error {
	o := slacktest.Options{BotToken: "xoxb-secret", AppToken: "xapp-secret"}
	for _, s := range slack.Scopes {
		o.Scopes = append(o.Scopes, s.Name)
	}
	workspace, err := slacktest.New(o)
	if err != nil {
		return err
	}
	env.Defer(workspace.Close)
	workspace.AddUser(slacktest.User{ID: "U0ANA", Name: "ana"})
	workspace.AddChannel("C0ACME", true)
	workspace.AddChannel("C0PAY", true)

	guild, err := discordtest.New(discordtest.Options{Token: discordToken})
	if err != nil {
		return err
	}
	env.Defer(guild.Close)
	guild.AddUser(discordtest.User{ID: "1100000000000000301", Name: "ana"})
	guild.AddChannel("1100000000000000101", "acme", 0)

	chat, err := mattermosttest.New(mattermosttest.Options{Token: "mattermost-secret"})
	if err != nil {
		return err
	}
	env.Defer(chat.Close)
	ana := chat.AddUser(&model.User{Username: "ana"}).Id
	team := chat.AddChannel("payments", ana)
	callback, err := answerCallbacks(env)
	if err != nil {
		return err
	}

	for name, value := range map[string]string{
		"SLACK_API": workspace.URL(), "SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "xapp-secret",
		"DISCORD_TOKEN": discordToken, "MATTERMOST_TOKEN": "mattermost-secret", "MATTERMOST_SECRET": "a-secret-of-our-own",
	} {
		env.Setenv(name, value)
	}
	doc := fmt.Sprintf(everywhere, workspace.URL(), discordtest.Guild, guild.URL(), guild.GatewayURL(), chat.URL(), callback, team, ana)
	return os.WriteFile(filepath.Join(env.WorkDir, "everywhere.yaml"), []byte(doc), 0o600)
}

// answerCallbacks stands for a bot that runs, as far as Mattermost looks.
func answerCallbacks(env *testscript.Env) (address string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.Serve(l) }() // ends with Close
	env.Defer(func() { s.Close(); <-ended })
	return "http://" + l.Addr().String(), nil
}
