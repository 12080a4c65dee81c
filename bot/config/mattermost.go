package config

import "strings"

const (
	exampleMattermostURL = "https://chat.example.com"
	exampleCallbackURL   = "https://sereno.example.com"
	minSecret            = 16 // characters: what signs must not be guessed
)

var mattermostKeys = section{"mattermost", []key{
	must("url", exampleMattermostURL), must("token", "${MATTERMOST_TOKEN}"), may("team", "support"),
	must("callback_url", exampleCallbackURL), may("secret", "${MATTERMOST_SECRET}"),
}}

// Mattermost is the connection to a Mattermost server.
type Mattermost struct {
	// URL is the server's address, CallbackURL ours as the server sees it; neither
	// ends in a slash.
	URL, CallbackURL string
	Token            Secret
	// Team is the name or id of the team in which commands are typed; "" is every
	// team of the bot.
	Team string
	// Secret signs what buttons, forms and commands bring back; "" leaves that to
	// the token.
	Secret Secret
}

func (v value) mattermost() *Mattermost {
	if !v.present() {
		return nil
	}
	m := &Mattermost{}
	f, ok := v.fields(mattermostKeys)
	if !ok {
		return m
	}
	m.URL = strings.TrimSuffix(f["url"].webAddress("", exampleMattermostURL, "https", "http"), "/api/v4")
	m.Token = Secret(f["token"].setting(""))
	m.Team = f["team"].setting("")
	m.CallbackURL = f["callback_url"].webAddress("", exampleCallbackURL, "https", "http")
	m.Secret = f["secret"].signingKey()
	return m
}

// signingKey reads a secret of our own, which nobody must be able to guess.
func (v value) signingKey() Secret {
	s := v.setting("")
	if s != "" && len(s) < minSecret && !v.kept() {
		v.wrong(say(shortSecret, "least", minSecret), say(makeSecret))
	}
	return Secret(s)
}
