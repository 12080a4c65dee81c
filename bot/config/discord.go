package config

import (
	"regexp"
	"strings"
)

const (
	defaultDiscordURL = "https://discord.com/api/v10"
	exampleGatewayURL = "wss://gateway.discord.gg"
)

var discordKeys = section{"discord", []key{
	must("token", "${DISCORD_TOKEN}"), may("guild", "'1012345678901234567'"),
	may("api_url", defaultDiscordURL), may("gateway_url", exampleGatewayURL),
}}

// Discord is the connection to Discord.
type Discord struct {
	// Token is the bot's, without the word Bot before it.
	Token Secret
	// Guild is the id of our server, "" where none is named.
	Guild string
	// APIURL is the base address of the HTTP API with its version; it does not end
	// in a slash.
	APIURL string
	// GatewayURL is the address of the gateway, "" where the API is asked for it.
	GatewayURL string
}

func (v value) discord() *Discord {
	if !v.present() {
		return nil
	}
	d := &Discord{APIURL: defaultDiscordURL}
	f, ok := v.fields(discordKeys)
	if !ok {
		return d
	}
	d.Token = f["token"].discordToken()
	d.Guild = f["guild"].ownWorkspace(discord)
	d.APIURL = f["api_url"].webAddress(defaultDiscordURL, defaultDiscordURL, "https", "http")
	if strings.HasSuffix(d.APIURL, "/api") { // without a version Discord answers as it did years ago
		d.APIURL += "/v10"
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
