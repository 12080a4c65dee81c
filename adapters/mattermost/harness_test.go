package mattermost

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot"
)

// world is a server with acme's channel, the team's, and the adapter between it
// and an inbox.
type world struct {
	*testing.T
	*adaptertest.Subject
	server *mattermosttest.Server
	in     *adaptertest.Inbox
	a      *Adapter
	stop   func()
}

func newWorld(t *testing.T, options ...func(*mattermosttest.Options)) *world {
	t.Helper()
	var o mattermosttest.Options
	for _, set := range options {
		set(&o)
	}
	s := subject(t, o)
	w := &world{T: t, Subject: s, in: adaptertest.NewInbox(s.Support, s.Team)}
	w.server = s.Wire.(*mattermosttest.Wire).Server
	w.a = s.Adapter.(*Adapter)
	return w
}

// start runs the adapter without waiting for it.
func (w *world) start() *world {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	a := w.a
	go func() {
		defer close(done)
		_ = a.Run(ctx, w.in) // tests of its end call it themselves
	}()
	w.stop = func() { cancel(); <-done }
	w.Cleanup(w.stop)
	return w
}

// run runs the adapter until it has caught up.
func (w *world) run() *world {
	w.Helper()
	before := w.in.TimesCaughtUp()
	w.start()
	w.in.Wait(w.T, "caught up", func() bool { return w.in.TimesCaughtUp() > before })
	return w
}

// again ends the adapter and runs the next process.
func (w *world) again(meanwhile func()) *world {
	w.Helper()
	w.stop()
	meanwhile()
	w.a = w.Restart().(*Adapter)
	return w.run()
}

func (w *world) say(text string) string { return w.Wire.Say(w.Maria, w.Support, "", text) }

func (w *world) heard(what string, is func(bot.Event) bool) bot.Event {
	w.Helper()
	return w.in.First(w.T, what, is)
}

func (w *world) message(id string) bot.Event {
	w.Helper()
	return w.heard("message "+id, func(e bot.Event) bool { return e.Message == id && e.Kind == bot.MessagePosted })
}

func (w *world) texts() []string {
	var out []string
	for _, e := range w.in.Events() {
		if e.Kind == bot.MessagePosted {
			out = append(out, e.Text)
		}
	}
	return out
}

func (w *world) deliver(d bot.Delivery) (bot.Receipt, error) {
	if d.Key == "" {
		d.Key = "key of " + w.Name()
	}
	d.Platform, d.At, d.Attempt = Platform, time.Now(), max(d.Attempt, 1)
	return w.a.Deliver(w.Context(), &d)
}

func (w *world) send(d bot.Delivery) bot.Receipt {
	w.Helper()
	r, err := w.deliver(d)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// card is a message with a button that opens a form.
func (w *world) card() bot.Receipt {
	w.Helper()
	return w.send(bot.Delivery{Kind: bot.Post, Channel: w.Team, Key: "card", Message: bot.Message{
		Text: "tarjeta", Buttons: []bot.Button{{ID: "resolve", Label: "Resolver", Value: "INC-7"}},
	}})
}

// press has Ana press the card's button and answers the event.
func (w *world) press(r bot.Receipt) bot.Event {
	w.Helper()
	n := len(w.in.Events())
	if err := w.server.Press(w.Ana, r.Message, "Resolver"); err != nil {
		w.Fatal(err)
	}
	all := w.in.Events()
	if len(all) != n+1 {
		w.Fatalf("%d events", len(all)-n)
	}
	return all[n]
}

func isPermanent(err error) bool {
	var known *bot.DeliveryError
	return errors.As(err, &known) && known.Permanent
}

// call posts to our handler as anybody can.
func (w *world) call(path, contentType, body string) int {
	w.Helper()
	r, err := http.Post(w.a.config.CallbackURL+path, contentType, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}
