package main_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/commands"
	"sereno/store"
)

// illness is a way in which a platform stops. Sign is what the bot logs when it
// has noticed, "" when it need not.
type illness struct {
	stop func(testing.TB, partner)
	sign string
}

var illnesses = map[string]illness{
	"cannot be reached": {stop: func(_ testing.TB, p partner) { p.wire.Away(true) }},
	"does not answer":   {stop: func(tb testing.TB, p partner) { p.link.hang(tb) }},
	"has revoked our token": {
		stop: func(_ testing.TB, p partner) { p.wire.Revoke() },
		sign: "platform given up",
	},
}

func TestAPlatformThatStopsDelaysNoOther(t *testing.T) {
	for sick := range partners {
		for name, ill := range illnesses {
			t.Run(sick+" "+name, func(t *testing.T) {
				all := []partner{consolePartner()}
				for platform, setup := range partners {
					all = append(all, setup(t))
					if platform == sick {
						last := len(all) - 1
						all[0], all[last] = all[last], all[0]
					}
				}
				together(t, all[0], all[1:], ill)
			})
		}
	}
}

// together runs one bot on all platforms, stops one of them, and sees that the
// others get every delivery and are answered while it stays so.
func together(t *testing.T, sick partner, others []partner, ill illness) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	log := &adaptertest.Log{}
	b, watch := joined(t, s, log, append(others, sick))
	go func() { ended <- b.Run(ctx) }()
	watch.until(t, "all are caught up", func() bool { return len(b.CatchingUp()) == 0 })
	ill.stop(t, sick)
	err = s.Update(ctx, func(tx bot.Tx) error {
		for i := range 40 { // more than there are hands, and before all others
			if err := enqueue(ctx, tx, sick, fmt.Sprint("X", i), "nobody gets it"); err != nil {
				return err
			}
		}
		for _, p := range others {
			if err := enqueue(ctx, tx, p, p.support, "a pesar de todo"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	watch.until(t, ill.sign, func() bool { return strings.Contains(log.String(), ill.sign) })
	for _, p := range others {
		question := p.wire.Say(p.maria, p.support, "", "La API de pagos devuelve error 500 desde las 9:50")
		watch.until(t, p.adapter.Platform()+" was served", func() bool {
			shown := p.wire.Channel(p.support)
			has := func(fits func(adaptertest.Shown) bool) bool { return slices.ContainsFunc(shown, fits) }
			return has(func(m adaptertest.Shown) bool { return strings.Contains(m.Text, "a pesar de todo") }) &&
				has(func(m adaptertest.Shown) bool { return m.User == "" && m.Thread == question })
		})
	}
	select {
	case err := <-ended:
		t.Errorf("the bot ended with %v", err)
	default:
	}
	sick.link.release() // what is under way may end
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("told to stop, the bot ended with %v", err)
	}
}

func enqueue(ctx context.Context, tx bot.Tx, p partner, channel, text string) error {
	return tx.Enqueue(ctx, &bot.Delivery{
		Key: p.adapter.Platform() + " " + channel, Kind: bot.Post, Platform: p.adapter.Platform(), Channel: channel,
		Message: bot.Message{Text: text}, At: time.Now().UTC(),
	})
}

// joined is a bot on all platforms, with a customer on each.
func joined(tb testing.TB, s bot.Store, log *adaptertest.Log, all []partner) (*bot.Bot, *watch) {
	tb.Helper()
	c := benchCompany(tb).Company
	w := &watch{changed: make(chan struct{}, 1)}
	var adapters []bot.Adapter
	for i, p := range all {
		adapters = append(adapters, p.adapter)
		c.Customers[i].Channels = []company.ChannelID{{Platform: p.adapter.Platform(), ID: p.support}}
	}
	index, err := kb.NewIndex(nil, kb.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	b, err := bot.New(bot.Options{
		Company: c, Store: s, Adapters: adapters, Clock: bot.SystemClock{}, Commands: commands.New(), Articles: index,
		Metrics: w, Logger: log.Logger(), Keys: func() string { return rand.Text()[:25] },
	})
	if err != nil {
		tb.Fatal(err)
	}
	return b, w
}

// watch wakes who waits for something whenever a delivery was tried.
type watch struct {
	counted
	changed chan struct{}
}

func (w *watch) wake() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

func (w *watch) Delivered(string, bot.DeliveryKind, string, time.Duration) { w.wake() }
func (w *watch) EventHandled(string, bot.EventKind, time.Duration, error)  { w.wake() }
func (w *watch) EventRefused(string, string)                               {}
func (w *watch) IncidentOpened(string)                                     {}
func (w *watch) TimerFired(string, time.Duration)                          {}

func (w *watch) until(tb testing.TB, what string, cond func() bool) {
	tb.Helper()
	end := time.NewTimer(30 * time.Second)
	defer end.Stop()
	tick := time.NewTicker(20 * time.Millisecond) // for what no delivery tells of
	defer tick.Stop()
	for !cond() {
		select {
		case <-w.changed:
		case <-tick.C:
		case <-end.C:
			tb.Fatalf("it did not happen: %s", what)
		}
	}
}

// consolePartner is a platform that always works, in this process.
func consolePartner() partner {
	h := &healthy{}
	return partner{adapter: h, wire: h, support: "c-support", maria: "maria"}
}

// healthy takes every delivery at once.
type healthy struct {
	adaptertest.Wire // what it does not have is not used
	mu               sync.Mutex
	in               bot.Inbox
	shown            []adaptertest.Shown
}

func (*healthy) Platform() string       { return "console" }
func (*healthy) Features() bot.Features { return bot.Features{} }

func (h *healthy) Run(ctx context.Context, in bot.Inbox) error {
	h.mu.Lock()
	h.in = in
	h.mu.Unlock()
	in.CaughtUp(h.Platform())
	<-ctx.Done()
	return nil
}

func (h *healthy) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := rand.Text()
	h.shown = append(h.shown, adaptertest.Shown{ID: id, Thread: d.Thread.Message, Text: d.Message.Text})
	return bot.Receipt{Channel: d.Channel, Message: id}, nil
}

// Say hands a message over.
func (h *healthy) Say(user, channel, _, text string, _ ...adaptertest.Upload) string {
	h.mu.Lock()
	in := h.in
	h.mu.Unlock()
	id := rand.Text()
	_ = in.Accept(context.Background(), bot.Event{ // it is missed when this fails
		Key: "console:" + id, Platform: "console", Kind: bot.MessagePosted, At: time.Now(), Channel: channel, Message: id, User: user, Text: text,
	})
	return id
}

// Channel is all that was delivered.
func (h *healthy) Channel(string) []adaptertest.Shown {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.shown)
}
