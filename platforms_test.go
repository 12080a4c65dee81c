package main_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord"
	"sereno/adapters/discord/discordtest"
	"sereno/adapters/mattermost"
	"sereno/adapters/mattermost/mattermosttest"
	"sereno/adapters/slack"
	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

// Platforms on the wire, with adapters that have the durations of production.

// partner is one of the platforms that a process serves. Support is a
// customer's channel, Maria writes in it.
type partner struct {
	adapter        bot.Adapter
	wire           adaptertest.Wire
	support, maria string
	// link carries the adapter's calls.
	link *link
}

// partners are the platforms.
var partners = map[string]func(testing.TB) partner{
	"slack": slackPartner, "discord": discordPartner, "mattermost": mattermostPartner,
}

func slackServer(tb testing.TB, o slacktest.Options) *slacktest.Server {
	tb.Helper()
	server, err := slacktest.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

func slackAdapter(tb testing.TB, server *slacktest.Server, l *link) bot.Adapter {
	tb.Helper()
	a, err := slack.New(
		slack.Config{BotToken: "xoxb-test", AppToken: "xapp-test", APIURL: server.URL()},
		slack.Options{Logger: slog.New(slog.DiscardHandler), Client: &http.Client{Transport: l}},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func slackPartner(tb testing.TB) partner {
	tb.Helper()
	server, l := slackServer(tb, slacktest.Options{}), newLink(tb)
	server.AddChannel("C1", true)
	server.AddUser(slacktest.User{ID: "UMARIA", Name: "María"})
	return partner{slackAdapter(tb, server, l), server.Wire(tb), "C1", "UMARIA", l}
}

func discordServer(tb testing.TB, o discordtest.Options) *discordtest.Server {
	tb.Helper()
	server, err := discordtest.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

func discordAdapter(tb testing.TB, server *discordtest.Server, l *link) bot.Adapter {
	tb.Helper()
	a, err := discord.New(
		discord.Config{Token: server.Token(), APIURL: server.URL()},
		discord.Options{Logger: slog.New(slog.DiscardHandler), Client: &http.Client{Transport: l}},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func discordPartner(tb testing.TB) partner {
	tb.Helper()
	const support, maria = "80351110224670100", "80351110224678912"
	server, l := discordServer(tb, discordtest.Options{}), newLink(tb)
	server.AddChannel(support, "soporte", 0)
	server.AddUser(discordtest.User{ID: maria, Name: "maria"})
	return partner{discordAdapter(tb, server, l), server.Wire(tb), support, maria, l}
}

func mattermostServer(tb testing.TB, o mattermosttest.Options) *mattermosttest.Server {
	tb.Helper()
	server, err := mattermosttest.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

func mattermostAdapter(tb testing.TB, server *mattermosttest.Server, l *link) bot.Adapter {
	tb.Helper()
	callbacks := httptest.NewServer(http.NotFoundHandler()) // nobody presses anything here
	tb.Cleanup(callbacks.Close)
	a, err := mattermost.New(
		mattermost.Config{URL: server.URL(), Token: "bot-token-test", CallbackURL: callbacks.URL},
		mattermost.Options{Logger: slog.New(slog.DiscardHandler), Client: &http.Client{Transport: l}},
	)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func mattermostPartner(tb testing.TB) partner {
	tb.Helper()
	server, l := mattermostServer(tb, mattermosttest.Options{}), newLink(tb)
	maria := server.AddUser(&model.User{Username: "maria"})
	wire := &mattermosttest.Wire{TB: tb, Server: server}
	return partner{mattermostAdapter(tb, server, l), wire, server.AddChannel("soporte", maria.Id), maria.Id, l}
}

// link is a network on which answers can be held back.
type link struct {
	*http.Transport
	mu   sync.Mutex
	held chan struct{} // nil when answers come; else closed when they come again
}

func newLink(tb testing.TB) *link {
	l := &link{Transport: &http.Transport{}}
	tb.Cleanup(l.CloseIdleConnections)
	return l
}

// hang holds every answer back until it is released, or the test ends.
func (l *link) hang(tb testing.TB) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = make(chan struct{})
	tb.Cleanup(l.release)
}

func (l *link) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}

// RoundTrip carries one call.
func (l *link) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	held := l.held
	l.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return l.Transport.RoundTrip(r)
}
