package bot_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/sla"
	"sereno/commands"
)

// present is a platform that has caught up at once.
type present struct{ void }

func (p present) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp(p.name)
	<-ctx.Done()
	return nil
}

// heeds is a log that says when a line holds the words.
type heeds struct {
	slog.Handler
	words string
	said  chan struct{}
}

func (h heeds) Enabled(context.Context, slog.Level) bool { return true }

func (h heeds) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, h.words) {
		h.said <- struct{}{}
	}
	return nil
}

func TestAConfigurationThatChangedWhileNobodyRanIsFollowedAtTheStart(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	c := config.Sample().Company
	levels(c, "acme", func(l *sla.Level) { l.FirstResponse.Within /= 2 })
	said := make(chan struct{}, 1)
	again, err := bot.New(bot.Options{
		Company: c, Store: w.store, Adapters: []bot.Adapter{present{void{"console"}}}, Clock: w.Stage,
		Commands: commands.New(), Articles: silent{}, Keys: rand.Text,
		Logger: slog.New(heeds{slog.DiscardHandler, "promises fall due", said}),
	})
	w.must2(err)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- again.Run(ctx) }()
	select {
	case <-said:
	case <-time.After(time.Minute):
		t.Error("nothing was brought in line")
	}
	end()
	w.must2(<-ended)
	state, err := again.State(t.Context())
	w.must2(err)
	for _, timer := range state.Timers {
		if timer.Kind == "breach" && timer.Subject == "first_response/1" && !timer.At.Equal(begin.Add(30*time.Minute)) {
			t.Errorf("its timer is at %s", timer.At)
		}
	}
}
