package slack

import (
	"net/http"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func TestSlackConforms(t *testing.T) { adaptertest.Run(t, conforming) }

func BenchmarkReceive(b *testing.B) { adaptertest.BenchmarkReceive(b, conforming) }

func BenchmarkDeliver(b *testing.B) { adaptertest.BenchmarkDeliver(b, conforming) }

// conforming is a workspace and an adapter over one socket, so that events come
// in the order in which they happened: over several, nobody promises that.
func conforming(t testing.TB) *adaptertest.Subject {
	t.Helper()
	options := slacktest.Options{AckWithin: 150 * time.Millisecond, Retries: []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond}}
	for _, s := range Scopes {
		options.Scopes = append(options.Scopes, s.Name)
	}
	options.BotToken, options.AppToken = "xoxb-secret-bot", "xapp-secret-app"
	server, err := slacktest.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.AddChannel("C1", true)
	server.AddChannel("C2", true)
	server.AddUser(slacktest.User{ID: "UMARIA", Name: "María", Team: "T2"})
	server.AddUser(slacktest.User{ID: "UANA", Name: "Ana"})
	log := &adaptertest.Log{}
	restart := func() bot.Adapter {
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		a, err := New(
			Config{BotToken: options.BotToken, AppToken: options.AppToken, APIURL: server.URL(), Connections: 1, Unlimited: isBenchmark(t)},
			Options{Logger: log.Logger(), Client: &http.Client{Transport: transport}},
		)
		if err != nil {
			t.Fatal(err)
		}
		a.tune = quick
		return a
	}
	return &adaptertest.Subject{
		Adapter: restart(), Restart: restart, Wire: server.Wire(t), Support: "C1", Team: "C2", Maria: "UMARIA", Ana: "UANA",
		Log: log, Secrets: []string{options.BotToken, options.AppToken},
		Retries: "sereno/adapters/slack/slacktest.(*Server).insist",
	}
}

// isBenchmark: what is measured is the adapter, not Slack's limits.
func isBenchmark(t testing.TB) bool { _, ok := t.(*testing.B); return ok }
