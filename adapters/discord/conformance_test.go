package discord

import (
	"net/http"
	"testing"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

func TestDiscordConforms(t *testing.T) { adaptertest.Run(t, subject) }

func BenchmarkReceive(b *testing.B) { adaptertest.BenchmarkReceive(b, subject) }

func BenchmarkDeliver(b *testing.B) { adaptertest.BenchmarkDeliver(b, subject) }

// subject is a server with two channels, María and Ana in both.
func subject(t testing.TB) *adaptertest.Subject {
	t.Helper()
	server, err := discordtest.New(discordtest.Options{Token: secretToken})
	if err != nil {
		t.Fatal(err)
	}
	people(server)
	log := &adaptertest.Log{}
	adapter := func() *Adapter {
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		a, err := New(
			Config{Token: secretToken, APIURL: server.URL()},
			Options{Logger: log.Logger(), Client: &http.Client{Transport: transport}, Commands: spoken},
		)
		if err != nil {
			t.Fatal(err)
		}
		a.tune, a.pace = quick, nil // how it keeps to the limits is shown elsewhere
		return a
	}
	a := adapter()
	t.Cleanup(server.Close)
	if _, err := a.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &adaptertest.Subject{
		Adapter: a, Restart: func() bot.Adapter { return adapter() }, Wire: server.Wire(t),
		Support: support, Team: team, Maria: maria, Ana: ana,
		Log: log, Secrets: []string{secretToken},
	}
}
