package stage

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
)

// bell rings at its instants, as a message to luis.
type bell struct {
	bot.Inbox
	adapter bot.Adapter
	clock   bot.Clock
	rings   []time.Time
	broken  error
	stuck   bool
}

func (b *bell) CaughtUp(string) {}

func (b *bell) Settle(ctx context.Context) error {
	for len(b.rings) > 0 && !b.rings[0].After(b.clock.Now()) {
		at := b.rings[0]
		b.rings = b.rings[1:]
		_, err := b.adapter.Deliver(ctx, &bot.Delivery{Key: at.String(), Kind: bot.Direct, User: "luis", Message: bot.Message{Text: at.Format("15:04")}})
		if err != nil {
			return err
		}
	}
	return b.broken
}

func (b *bell) NextTimer(context.Context) (time.Time, bool, error) {
	if b.stuck {
		return b.clock.Now(), true, nil
	}
	if len(b.rings) == 0 {
		return time.Time{}, false, nil
	}
	return b.rings[0], true, nil
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func tower(t *testing.T, b *bell) (*Stage, *[]string) {
	t.Helper()
	c := &company.Company{People: []*company.Person{{Key: "luis", Identities: map[string]string{console.Name: "luis"}}}}
	var shown []string
	s, err := New(c, noon, func(r console.Record) { shown = append(shown, r.At.Format("15:04")+" "+r.Message.Text) },
		func(a bot.Adapter, clock bot.Clock) (Player, error) {
			b.adapter, b.clock = a, clock
			return Player{
				Engine: b, Close: func() error { return nil },
				State: func(context.Context) (any, error) { return len(b.rings), nil },
			}, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return s, &shown
}

func TestEachThingHappensAtItsOwnInstant(t *testing.T) {
	s, shown := tower(t, &bell{rings: []time.Time{noon.Add(time.Hour), noon.Add(2 * time.Hour), noon.Add(3 * time.Hour)}})
	if err := s.Approach(t.Context(), noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"13:00 13:00"}, *shown); diff != "" {
		t.Errorf("what is due at the instant itself waits for whoever acts there:\n%s", diff)
	}
	if err := s.Advance(t.Context(), s.Now()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"13:00 13:00", "14:00 14:00"}, *shown); diff != "" {
		t.Error(diff)
	}
	if left, err := s.State(t.Context()); err != nil || left != 1 {
		t.Errorf("state %v, %v", left, err)
	}
}

func TestTheClockGoesForwardOnly(t *testing.T) {
	s, _ := tower(t, &bell{})
	if err := s.Advance(t.Context(), noon.Add(-time.Second)); err == nil || !s.Now().Equal(noon) {
		t.Errorf("%v, at %s", err, s.Now())
	}
}

func TestABotThatStandsStillIsNotWaitedForForEver(t *testing.T) {
	s, _ := tower(t, &bell{stuck: true})
	if err := s.Advance(t.Context(), noon.Add(time.Hour)); err == nil || !strings.Contains(err.Error(), "not after the clock") {
		t.Errorf("got %v", err)
	}
}

func TestAFailureSaysWhenItHappened(t *testing.T) {
	broken := errors.New("disk full")
	s, _ := tower(t, &bell{rings: []time.Time{noon.Add(time.Hour)}, broken: broken})
	err := s.Advance(t.Context(), noon.Add(2*time.Hour))
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "2026-11-25T13:00:00Z") {
		t.Errorf("got %v", err)
	}
}
