package slack

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sereno/adapters/slack/slacktest"
	"sereno/bot"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const soon = 5 * time.Second // nothing here takes so long; waiting ends as soon as it has happened

// inbox is the core's side: it remembers what was accepted, each key once.
type inbox struct {
	mu       sync.Mutex
	changed  chan struct{}
	events   []bot.Event
	keys     map[string]int // how often each was offered
	cursors  map[string]string
	threads  map[string][]bot.ThreadCursor
	channels []string
	refusals map[string]int
	caughtUp int
	refuse   func(bot.Event) error // nil accepts
}

func newInbox(channels ...string) *inbox {
	return &inbox{
		changed: make(chan struct{}), keys: map[string]int{}, cursors: map[string]string{},
		threads: map[string][]bot.ThreadCursor{}, channels: channels, refusals: map[string]int{},
	}
}

func (in *inbox) change() {
	close(in.changed)
	in.changed = make(chan struct{})
}

func (in *inbox) Accept(ctx context.Context, e bot.Event) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	defer in.change()
	if in.refuse != nil {
		if err := in.refuse(e); err != nil {
			return err
		}
	}
	in.keys[e.Key]++
	if in.keys[e.Key] > 1 {
		return nil
	}
	in.events = append(in.events, e)
	if e.Kind == bot.MessagePosted && e.Thread == "" && earlier(in.cursors[e.Channel], e.Message) {
		in.cursors[e.Channel] = e.Message
	}
	return nil
}

func (in *inbox) Cursor(_ context.Context, _, channel string) (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.cursors[channel], nil
}

func (in *inbox) Threads(_ context.Context, _, channel string) ([]bot.ThreadCursor, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.threads[channel]), nil
}

func (in *inbox) Channels(string) []string { return slices.Clone(in.channels) }

func (in *inbox) CaughtUp(string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.caughtUp++
	in.change()
}

func (in *inbox) Refused(_, reason string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refusals[reason]++
	in.change()
}

// wait returns when cond holds; it is asked under the lock.
func (in *inbox) wait(t testing.TB, what string, cond func() bool) {
	t.Helper()
	end := time.NewTimer(soon)
	defer end.Stop()
	for {
		in.mu.Lock()
		ok, changed := cond(), in.changed
		in.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-end.C:
			t.Fatalf("it did not happen: %s", what)
		}
	}
}

func (in *inbox) all() []bot.Event {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.events)
}

func (in *inbox) texts() []string {
	var out []string
	for _, e := range in.all() {
		out = append(out, e.Text)
	}
	return out
}

// offered is how often the key was offered and not refused.
func (in *inbox) offered(key string) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.keys[key]
}

func (in *inbox) timesCaughtUp() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.caughtUp
}

func (in *inbox) setRefuse(f func(bot.Event) error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refuse = f
}

var quick = tuning{
	call: 2 * time.Second, lookup: time.Second, accept: 2 * time.Second, hold: 50 * time.Millisecond, patience: time.Minute,
	silence: 10 * time.Second, linger: 2 * time.Second, sweep: time.Hour, groups: time.Hour, late: 0, retryMin: 2 * time.Millisecond,
	retryMax: 20 * time.Millisecond, authWait: time.Minute, sendWait: 250 * time.Millisecond, readWait: time.Minute, second: time.Millisecond,
}

// world is a workspace with acme's channel, the team's, and the adapter between
// it and an inbox.
type world struct {
	testing.TB
	slack   *slacktest.Server
	in      *inbox
	a       *Adapter
	stopped chan error
	stop    func()
}

type setting func(*slacktest.Options, *Config, *Options, *tuning)

func newWorld(t testing.TB, settings ...setting) *world {
	t.Helper()
	so := slacktest.Options{AckWithin: 150 * time.Millisecond, Retries: []time.Duration{0, 20 * time.Millisecond, 50 * time.Millisecond}}
	for _, s := range Scopes {
		so.Scopes = append(so.Scopes, s.Name)
	}
	transport := &http.Transport{}
	c := Config{BotToken: "xoxb-test", AppToken: "xapp-test", SigningSecret: "signing-test"}
	o := Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Client: &http.Client{Transport: transport}}
	tune := quick
	for _, s := range settings {
		s(&so, &c, &o, &tune)
	}
	server, err := slacktest.New(so)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	t.Cleanup(server.Close)
	c.APIURL = server.URL()
	a, err := New(c, o)
	if err != nil {
		t.Fatal(err)
	}
	a.tune = tune
	w := &world{TB: t, slack: server, in: newInbox("C1", "C2"), a: a}
	server.AddChannel("C1", true)
	server.AddChannel("C2", true)
	server.AddUser(slacktest.User{ID: "UMARIA", Name: "María", Team: "T2"})
	server.AddUser(slacktest.User{ID: "UANA", Name: "Ana"})
	return w
}

// run connects and waits until the channels were caught up with.
func (w *world) run() *world {
	w.Helper()
	w.start()
	w.in.wait(w.TB, "caught up", func() bool { return w.in.caughtUp > 0 })
	if w.a.config.Mode == Socket {
		w.until("both sockets are open", func() bool { open, _ := w.slack.Sockets(); return open == w.a.config.Connections })
	}
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

func (w *world) until(what string, cond func() bool) {
	w.Helper()
	if err := w.slack.Wait(soon, cond); err != nil {
		w.Fatalf("%s: %v", what, err)
	}
}

// acked waits until the app acknowledged.
func (w *world) acked(e *slacktest.Envelope) {
	w.Helper()
	select {
	case <-e.Acked:
	case <-time.After(soon):
		w.Fatalf("never acknowledged: %s", e.Payload)
	}
}

func (w *world) deliver(d bot.Delivery) (bot.Receipt, error) {
	w.Helper()
	if d.At.IsZero() {
		d.At = time.Now()
	}
	if d.Key == "" {
		d.Key = "key-1"
	}
	d.Platform = Platform
	return w.a.Deliver(w.Context(), &d)
}

func inHTTP(_ *slacktest.Options, c *Config, _ *Options, _ *tuning) { c.Mode = HTTP }

func (*inbox) Complete(context.Context, bot.Completion) ([]bot.Option, error) { return nil, nil }
