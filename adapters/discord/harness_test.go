package discord

import (
	"context"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	secretToken = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"

	support = "80351110224670100"
	team    = "80351110224670200"
	forum   = "80351110224670300"
	maria   = "80351110224678912"
	ana     = "80351110224678913"
	robot   = "80351110224678914"
	agents  = "80351110224678950" // a role

	soon = 10 * time.Second // nothing here takes so long; waiting ends as soon as it has happened
)

var quick = tuning{
	call: 2 * time.Second, lookup: time.Second, accept: 2 * time.Second, hold: 300 * time.Millisecond, linger: 100 * time.Millisecond,
	complete: time.Second, patience: time.Minute, ready: 5 * time.Second, sweep: time.Hour, late: 0,
	retryMin: 2 * time.Millisecond, retryMax: 20 * time.Millisecond, beginMax: 20 * time.Millisecond, authWait: time.Minute, remembers: time.Minute,
}

// spoken are the commands of these tests.
var spoken = Commands{
	Language: "es",
	Specs:    map[string][]bot.CommandSpec{"es": specs("Tomar un incidente"), "en": specs("Take an incident")},
	OpenName: map[string]string{"es": "Abrir un incidente", "en": "Open an incident"},
}

func specs(take string) []bot.CommandSpec {
	id := bot.ArgSpec{Name: "incident", Summary: "INC-7", Kind: bot.ArgIncident, Optional: true}
	return []bot.CommandSpec{
		{Name: "incident", Summary: "Incidentes", Groups: []bot.GroupSpec{{Name: "page", Summary: "Avisos"}}, Verbs: []bot.VerbSpec{
			{Name: "take", Summary: take, Args: []bot.ArgSpec{id}},
			{Name: "resolve", Summary: "Resolver", Args: []bot.ArgSpec{id, {Name: "done", Summary: "Qué se hizo", Kind: bot.ArgWords, Optional: true}}},
			{Name: "assign", Summary: "Asignar", Args: []bot.ArgSpec{id, {Name: "person", Summary: "A quién", Kind: bot.ArgPerson}}},
			{Name: "severity", Summary: "Severidad", Args: []bot.ArgSpec{id, {
				Name: "severity", Summary: "Cuál", Kind: bot.ArgChoice, Choices: []bot.Option{{Value: "high", Label: "high"}, {Value: "low", Label: "low"}},
			}}},
			{Name: "handover", Summary: "Pasar el aviso", Group: "page", Args: []bot.ArgSpec{id, {Name: "person", Summary: "A quién", Kind: bot.ArgPerson}}},
		}},
		{Name: "kb", Summary: "Buscar", Args: []bot.ArgSpec{{Name: "question", Summary: "Qué", Kind: bot.ArgWords}}},
		{Name: "oncall", Summary: "Quién está de guardia"},
	}
}

func people(s *discordtest.Server) {
	s.AddChannel(support, "soporte", 0)
	s.AddChannel(team, "equipo", 0)
	s.AddUser(discordtest.User{ID: maria, Name: "maria", Nick: "María"})
	s.AddUser(discordtest.User{ID: ana, Name: "ana.r", Global: "Ana", Roles: []string{agents}})
	s.AddUser(discordtest.User{ID: robot, Name: "otrobot", Bot: true})
	s.AddRole(discordtest.Role{ID: agents, Name: "agentes"})
}

// world is a server with the adapter between it and an inbox.
type world struct {
	*testing.T
	discord *discordtest.Server
	wire    discordtest.Wire
	in      *adaptertest.Inbox
	log     *adaptertest.Log
	a       *Adapter
	stopped chan error
	stop    func()
}

type setting func(*discordtest.Options, *Config, *Options, *tuning)

func newWorld(t *testing.T, settings ...setting) *world {
	t.Helper()
	so := discordtest.Options{Token: secretToken}
	transport := &http.Transport{}
	log := &adaptertest.Log{}
	c := Config{Token: secretToken}
	o := Options{Logger: log.Logger(), Client: &http.Client{Transport: transport}, Commands: spoken}
	tune := quick
	for _, s := range settings {
		s(&so, &c, &o, &tune)
	}
	server, err := discordtest.New(so)
	if err != nil {
		t.Fatal(err)
	}
	people(server)
	server.AddChannel(forum, "consultas", 15)
	t.Cleanup(transport.CloseIdleConnections)
	t.Cleanup(server.Close)
	c.APIURL = server.URL()
	a, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	a.tune, a.pace = tune, nil
	return &world{T: t, discord: server, wire: server.Wire(t), in: adaptertest.NewInbox(support, team, forum), log: log, a: a}
}

// run connects and waits until the channels were caught up with.
func (w *world) run() *world {
	w.Helper()
	before := w.in.TimesCaughtUp()
	w.start()
	w.in.Wait(w, "caught up", func() bool { return w.in.TimesCaughtUp() > before })
	return w
}

func (w *world) start() {
	ctx, cancel := context.WithCancel(context.Background())
	w.stopped = make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.stopped <- w.a.Run(ctx, w.in)
	}()
	w.stop = func() { cancel(); <-done }
	w.Cleanup(w.stop)
}

// ended is what Run returned by itself.
func (w *world) ended() error {
	w.Helper()
	select {
	case err := <-w.stopped:
		return err
	case <-time.After(soon):
		w.Fatal("Run does not return")
		return nil
	}
}

// until waits for what can be seen of the adapter or the server.
func (w *world) until(what string, cond func() bool) {
	w.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.NewTimer(soon)
	defer tick.Stop()
	defer end.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-end.C:
			w.Fatalf("it did not happen: %s\n%s", what, w.log)
		}
	}
}

// heard waits for an event that fits.
func (w *world) heard(what string, fits func(bot.Event) bool) bot.Event {
	w.Helper()
	return w.in.First(w, what, fits)
}

func (w *world) posted(id string) bot.Event {
	w.Helper()
	return w.heard("message "+id, func(e bot.Event) bool { return e.Kind == bot.MessagePosted && e.Message == id })
}

func (w *world) deliver(d bot.Delivery) (bot.Receipt, error) {
	w.Helper()
	if d.At.IsZero() {
		d.At = time.Now()
	}
	if d.Key == "" {
		d.Key = "key-" + d.Message.Text + d.Message.Title
	}
	d.Platform, d.Attempt = Platform, max(d.Attempt, 1)
	ctx, cancel := context.WithTimeout(w.Context(), soon)
	defer cancel()
	return w.a.Deliver(ctx, &d)
}

// send delivers what must succeed.
func (w *world) send(d bot.Delivery) bot.Receipt {
	w.Helper()
	r, err := w.deliver(d)
	if err != nil {
		w.Fatalf("deliver a %s: %v", d.Kind, err)
	}
	return r
}
