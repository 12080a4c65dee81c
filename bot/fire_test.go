package bot_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/incident"
	"sereno/commands"
	"sereno/store"
)

// firings notes the timers that were handled.
type firings struct {
	bot.Metrics
	mu    sync.Mutex
	kinds []string
}

func (f *firings) TimerFired(kind string, _ time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kinds = append(f.kinds, kind)
}

func (*firings) ClockBreached(string, string)                              {}
func (*firings) Delivered(string, bot.DeliveryKind, string, time.Duration) {}

// running runs a bot on a store in memory in a bubble for so long.
func running(t *testing.T, m bot.Metrics, log *slog.Logger, prepare func(ctx context.Context, tx bot.Tx) error, lasts time.Duration) []bot.Timer {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Update(t.Context(), func(tx bot.Tx) error { return prepare(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(bot.Options{
		Company: config.Sample().Company, Store: s, Clock: bot.SystemClock{}, Commands: commands.New(),
		Articles: silent{}, Keys: func() string { return "k" }, Metrics: m, Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	if err := b.Run(ctx); err != nil {
		t.Fatal(err)
	}
	var left []bot.Timer
	err = s.View(t.Context(), func(tx bot.Tx) (err error) {
		left, err = tx.Timers(t.Context(), 0, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(left, func(t bot.Timer) bool { return t.Incident == 0 }) // the roster's
}

func TestATimerThatCannotBeHandledHoldsUpNoneOfTheOthersAndIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		m := &firings{}
		begin := time.Now()
		left := running(t, m, slog.New(slog.NewTextHandler(&log, nil)), func(ctx context.Context, tx bot.Tx) error {
			if err := tx.AddIncident(ctx, &incident.Incident{Customer: "acme", Team: "payments", Status: incident.Closed}); err != nil {
				return err
			}
			for i, kind := range []string{"a", "b", "c", "d", "e"} {
				if err := tx.SetTimer(ctx, bot.Timer{Due: begin.Add(time.Second + time.Duration(i)), Kind: kind, Incident: 1}); err != nil {
					return err
				}
			}
			return tx.SetTimer(ctx, bot.Timer{Due: begin, Kind: "bad", Incident: 99})
		}, 20*time.Second)
		if slices.Sort(m.kinds); !slices.Equal(m.kinds, []string{"a", "b", "c", "d", "e"}) {
			t.Errorf("handled: %q", m.kinds)
		}
		if len(left) != 1 || left[0].Kind != "bad" || !left[0].Due.After(begin) {
			t.Errorf("left: %+v", left)
		}
		// Several workers may meet it before one has put it off.
		for _, at := range []string{"00:00:00", "00:00:15"} {
			if !strings.Contains(log.String(), at+`.000Z level=ERROR msg="timer will be tried again"`) {
				t.Errorf("not tried at %s:\n%s", at, log.String())
			}
		}
	})
}
