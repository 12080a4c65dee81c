// Package stage is where the bot plays a story: a company on the console, on
// a temporary store, with a clock that moves only when it is told to. The demo
// and the replay are two ways of sitting in front of it.
package stage

import (
	"context"
	"fmt"
	"sync"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
)

// Clock stands still until it is set.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the instant at which it stands, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *Clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.UTC()
}

// Engine is what the stage needs of the bot. *bot.Bot is one.
type Engine interface {
	bot.Inbox
	// Settle does everything that is due at the present instant.
	Settle(ctx context.Context) error
	// NextTimer is the next instant after now at which something falls due.
	NextTimer(ctx context.Context) (time.Time, bool, error)
}

// Player is the bot in a story, with the two things that surround it.
type Player struct {
	Engine
	// State is how things stand, a value to be shown as JSON.
	State func(ctx context.Context) (any, error)
	// Close lets go of its store.
	Close func() error
}

// Stage is one story in the making. It is for one goroutine.
type Stage struct {
	*console.Platform
	Company *company.Company

	clock   *Clock
	player  Player
	records []console.Record
	show    func(console.Record)
}

// New sets the stage for the company, which must be on the console. The
// clock stands at start. Show is called for each thing that the bot did, in
// order; it may call the stage's platform. Play makes the bot, with the
// platform as its only adapter and the clock as its own.
func New(c *company.Company, start time.Time, show func(console.Record), play func(bot.Adapter, bot.Clock) (Player, error)) (*Stage, error) {
	s := &Stage{Company: c, clock: &Clock{}, show: show}
	s.clock.set(start)
	s.Platform = console.New(c, s.clock, func(r console.Record) { s.records = append(s.records, r) })
	var err error
	if s.player, err = play(s.Platform, s.clock); err != nil {
		return nil, fmt.Errorf("start the bot: %w", err)
	}
	s.Connect(s.player)
	return s, nil
}

// Close lets go of the store.
func (s *Stage) Close() error { return s.player.Close() }

// Now is the stage's instant, in UTC.
func (s *Stage) Now() time.Time { return s.clock.Now() }

// Settle lets the bot do what is due now, and shows it.
func (s *Stage) Settle(ctx context.Context) error {
	err := s.player.Settle(ctx)
	s.flush()
	if err != nil {
		return fmt.Errorf("at %s: %w", s.Now().Format(time.RFC3339), err)
	}
	return nil
}

// Approach moves the clock to the instant; what falls due before it happens on
// the way, each thing at its own instant. What falls due at the instant itself
// has not happened yet: whoever acts there and then acts in time.
func (s *Stage) Approach(ctx context.Context, to time.Time) error {
	if to.Before(s.Now()) {
		return fmt.Errorf("the clock cannot go back from %s to %s", s.Now().Format(time.RFC3339), to.UTC().Format(time.RFC3339))
	}
	for {
		next, ok, err := s.player.NextTimer(ctx)
		if err != nil {
			return fmt.Errorf("find what falls due: %w", err)
		}
		if !ok || !next.Before(to) {
			break
		}
		if !next.After(s.Now()) {
			return fmt.Errorf("what is due next (%s) is not after the clock", next.Format(time.RFC3339))
		}
		s.clock.set(next)
		if err := s.Settle(ctx); err != nil {
			return err
		}
	}
	s.clock.set(to)
	return nil
}

// Advance moves the clock to the instant and does what is due there too.
func (s *Stage) Advance(ctx context.Context, to time.Time) error {
	if err := s.Approach(ctx, to); err != nil {
		return err
	}
	return s.Settle(ctx)
}

// State is how things stand at this instant, a value to be shown as JSON.
func (s *Stage) State(ctx context.Context) (any, error) { return s.player.State(ctx) }

func (s *Stage) flush() {
	records := s.records
	s.records = nil
	for _, r := range records {
		s.show(r)
	}
}
