package config

import "strings"

const (
	defaultSlackURL    = "https://slack.com/api/"
	maxConnections     = 10 // as many as Slack gives one app
	defaultConnections = 2  // one may be renewed while the other receives
)

var slackKeys = section{"slack", []key{
	must("bot_token", "${SLACK_BOT_TOKEN}"), may("app_token", "${SLACK_APP_TOKEN}"),
	may("signing_secret", "${SLACK_SIGNING_SECRET}"), may("mode", "socket"), may("team", "T0123456789"),
	may("api_url", "https://slack.com/api/"), may("connections", "2"), may("limits", "slack"),
}}

// Mode is how Slack's events reach the bot.
type Mode string

// The modes.
const (
	Socket Mode = "socket"
	HTTP   Mode = "http"
)

// Slack is the connection to a Slack workspace.
type Slack struct {
	BotToken Secret
	// AppToken is set in socket mode, SigningSecret in HTTP mode.
	AppToken      Secret
	SigningSecret Secret
	Mode          Mode
	// Team is the id of our workspace, "" where the token's is taken as it is.
	Team string
	// APIURL is the base address of the Web API; it ends in a slash.
	APIURL string
	// Connections is how many sockets are open side by side, from 1 to 10.
	Connections int
	// Unlimited: the server is of another make and has none of Slack's rate limits.
	Unlimited bool
}

func (v value) slack() *Slack {
	if !v.present() {
		return nil
	}
	s := &Slack{Mode: Socket, APIURL: defaultSlackURL, Connections: defaultConnections}
	f, ok := v.fields(slackKeys)
	if !ok {
		return s
	}
	s.BotToken = f["bot_token"].token("xapp-", "xoxb-")
	s.AppToken = f["app_token"].token("xoxb-", "xapp-")
	s.SigningSecret = Secret(f["signing_secret"].setting(""))
	if mode, ok := f["mode"].oneOf(aMode, []string{string(Socket), string(HTTP)}); ok {
		s.Mode = Mode(mode)
	}
	s.Team = f["team"].ownWorkspace(slack)
	s.APIURL = f["api_url"].baseURL(defaultSlackURL)
	s.Connections = f["connections"].number(1, maxConnections, defaultConnections)
	if limits, ok := f["limits"].oneOf(aLimit, []string{"slack", "none"}); ok {
		s.Unlimited = limits == "none"
	}
	switch _, written := f["app_token"]; {
	case s.Mode == Socket && !written:
		v.wants(say(noAppToken), say(writeEither, "one", "app_token: ${SLACK_APP_TOKEN}", "other", "mode: http"))
	case s.Mode == HTTP:
		if _, written := f["signing_secret"]; !written {
			v.wants(say(noSigningSecret), say(write, "example", "signing_secret: ${SLACK_SIGNING_SECRET}"))
		}
	}
	return s
}

// token reads a token; other begins a token of the other kind, which people
// take for this one.
func (v value) token(other, own string) Secret {
	s := v.setting("")
	if strings.HasPrefix(s, other) {
		v.wrong(say(wrongToken), say(writeToken, "prefix", own))
	}
	return Secret(s)
}
