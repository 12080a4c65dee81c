package bot_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/commands"
)

// late is a clock that is behind another.
type late struct {
	bot.Clock
	by time.Duration
}

func (l late) Now() time.Time { return l.Clock.Now().Add(-l.by) }

// void is a platform that takes everything.
type void struct{ name string }

func (v void) Platform() string                           { return v.name }
func (v void) Run(ctx context.Context, _ bot.Inbox) error { <-ctx.Done(); return nil }
func (v void) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	return bot.Receipt{Channel: d.Channel, Message: "v" + d.Key}, nil
}

// A commitment must not be forgotten because the replica that looks at it next
// believes that nothing has been reported yet.
func TestAReplicaWhoseClockIsBehindKeepsTheTimers(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	before, err := w.bot.State(t.Context())
	w.must2(err)
	n := 0
	behind, err := bot.New(bot.Options{
		Company: config.Sample().Company, Store: w.store, Adapters: []bot.Adapter{void{"console"}},
		Clock: late{w.Stage, time.Minute}, Commands: commands.New(), Articles: silent{},
		Keys: func() string { n++; return fmt.Sprintf("late%d", n) },
	})
	w.must2(err)
	w.must2(behind.Accept(t.Context(), bot.Event{
		Key: "console:late", Platform: "console", Kind: bot.ButtonPressed, At: w.Now(),
		Channel: "payments-team", User: "ana", Button: "take", Value: "INC-1",
	}))
	w.must2(behind.Settle(t.Context()))
	after, err := w.bot.State(t.Context())
	w.must2(err)
	if !slices.Equal(before.Timers, after.Timers) {
		t.Errorf("the timers were\n%+v\nand are\n%+v", before.Timers, after.Timers)
	}
	w.wait(46 * time.Minute)
	if w.paged("INC-1") != 1 {
		t.Error("nobody was paged")
	}
}

func (void) Features() bot.Features { return bot.Features{} }
