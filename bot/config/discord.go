package config

import (
	"regexp"
	"strings"
)

const (
	exampleDiscordURL = "https://discord.com/api/"
	exampleGatewayURL = "wss://gateway.discord.gg"
)

var discordKeys = section{"discord", []key{
	must("token", "${DISCORD_TOKEN}"), may("guild", "'1012345678901234567'"),
	may("api_url", exampleDiscordURL), may("gateway_url", exampleGatewayURL),
}}

// Discord is the connection to Discord.
type Discord struct {
	// Token is the bot's, without the word Bot before it.
	Token Secret
	// Guild is the id of our server, "" where none is named.
	Guild string
	// APIURL is the base address of the HTTP API, which ends in a slash, GatewayURL
	// that of the gateway; "" is Discord's own.
	APIURL, GatewayURL string
}

func (v value) discord() *Discord {
	if !v.present() {
		return nil
	}
	d := &Discord{}
	f, ok := v.fields(discordKeys)
	if !ok {
		return d
	}
	d.Token = f["token"].discordToken()
	d.Guild = f["guild"].ownWorkspace(discord)
	if s := f["api_url"].webAddress("", exampleDiscordURL, "https", "http"); s != "" {
		d.APIURL = s + "/"
	}
	d.GatewayURL = f["gateway_url"].webAddress("", exampleGatewayURL, "wss", "ws")
	return d
}

// What the developer portal shows beside the token, and people take for it: the
// application's id, its public key, its client secret.
var notDiscordToken = regexp.MustCompile(`^([0-9]+|[0-9a-f]{64}|[A-Za-z0-9_-]{32})$`)

func (v value) discordToken() Secret {
	s := v.setting("")
	if own, prefixed := strings.CutPrefix(s, "Bot "); prefixed {
		v.wrong(say(tokenWithWord, "word", "Bot"), say(writeWithoutWord, "word", "Bot"))
		return Secret(own)
	}
	if notDiscordToken.MatchString(s) && !v.kept() {
		v.wrong(say(notBotToken), say(writeBotToken))
	}
	return Secret(s)
}
