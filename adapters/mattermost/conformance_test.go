package mattermost

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"go.uber.org/goleak"

	"sereno/adapters/adaptertest"
	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick are the durations of tests.
var quick = tuning{
	call: 3 * time.Second, upload: 3 * time.Second, lookup: 2 * time.Second, accept: 2 * time.Second, answer: 20 * time.Millisecond,
	patience: time.Minute, silence: 10 * time.Second, token: time.Hour, sweep: time.Hour, late: 0, retryMin: 2 * time.Millisecond,
	retryMax: 20 * time.Millisecond, authWait: time.Minute, limited: time.Second,
}

var someCommands = []bot.CommandSpec{{Name: "incident", Summary: "Incidents", Usage: "[take|resolve]", Verbs: []bot.VerbSpec{
	{Name: "take", Summary: "Take it", Args: []bot.ArgSpec{{Name: "incident", Summary: "Which", Kind: bot.ArgIncident}}},
	{Name: "resolve", Summary: "Resolve it", Args: []bot.ArgSpec{{Name: "incident", Summary: "Which", Kind: bot.ArgIncident}}},
}}}

func TestConformance(t *testing.T) { adaptertest.Run(t, ordinary) }

func BenchmarkReceive(b *testing.B) { adaptertest.BenchmarkReceive(b, ordinary) }

func BenchmarkDeliver(b *testing.B) { adaptertest.BenchmarkDeliver(b, ordinary) }

func ordinary(t testing.TB) *adaptertest.Subject { return subject(t, mattermosttest.Options{}) }

// subject is the adapter between the suite and a server of its own.
func subject(t testing.TB, o mattermosttest.Options) *adaptertest.Subject {
	t.Helper()
	server, err := mattermosttest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	var front atomic.Pointer[Adapter] // the process that runs now
	callbacks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		front.Load().Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(callbacks.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	log := &adaptertest.Log{}
	start := func() bot.Adapter {
		a, err := New(
			Config{URL: server.URL(), Token: "bot-token-test", CallbackURL: callbacks.URL, Secret: "signing-secret-test"},
			Options{Logger: log.Logger(), Client: &http.Client{Transport: transport}, Commands: someCommands},
		)
		if err != nil {
			t.Fatal(err)
		}
		a.tune = quick
		front.Store(a)
		return a
	}
	maria := server.AddUser(&model.User{Id: strings.Repeat("maria", 5) + "x", Username: "maria", Nickname: "María"}) // ids in which no number is
	ana := server.AddUser(&model.User{Id: strings.Repeat("anaa", 6) + "xx", Username: "ana", FirstName: "Ana"})
	out := &adaptertest.Subject{
		Adapter: start(), Restart: start, Wire: &mattermosttest.Wire{TB: t, Server: server},
		Support: server.AddChannel("acme-support", maria.Id, ana.Id), Team: server.AddChannel("payments-team", maria.Id, ana.Id),
		Maria: maria.Id, Ana: ana.Id, Log: log, Secrets: []string{"bot-token-test", "signing-secret-test"}, KeepsChanges: true,
	}
	if _, err := front.Load().Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}
