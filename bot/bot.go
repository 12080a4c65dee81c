// Package bot is the core: it takes what platforms say happened, decides in
// one transaction what changes and what must be said, and hands every message
// to its platform until that has it. It knows no platform, no SQL and no HTTP.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"sereno/bot/company"
	"sereno/bot/kb"
)

// Clock tells the time. Everything that the core decides asks it.
type Clock interface {
	// Now is the present instant, in UTC.
	Now() time.Time
}

// SystemClock is the machine's clock.
type SystemClock struct{}

// Now is the present instant, in UTC.
func (SystemClock) Now() time.Time { return time.Now().UTC() }

// Suggester finds the articles that may answer a question. It answers at
// once, from memory, and nothing when nothing matches well. Safe for use by
// several goroutines.
type Suggester interface {
	Suggest(q kb.Query) []kb.Suggestion
	// Search is for somebody who asked: what it gives need only possibly answer.
	Search(q kb.Query) []kb.Suggestion
}

// Commander understands commands that people type.
type Commander interface {
	// Run carries out a command line such as "/incident take INC-1" (or, after a
	// mention of the bot, "take INC-1") for the desk's person.
	Run(ctx context.Context, d *Desk, line string) error
	// Knows reports whether the words after a mention of the bot are meant as a
	// command of our own people's.
	Knows(line string) bool
	// KnowsForCustomers reports whether they are, to the letter, a command that
	// customers may use; anything else that they write is a message.
	KnowsForCustomers(line string) bool
}

// Metrics counts what happens, for whoever watches the process.
type Metrics interface {
	// EventAccepted: fresh is false for a repetition.
	EventAccepted(platform string, kind EventKind, fresh bool)
	EventRefused(platform, reason string)
	// EventHandled with the time from acceptance to commit.
	EventHandled(platform string, kind EventKind, took time.Duration, err error)
	// Delivered with its outcome: "sent", "retry" or "dead".
	Delivered(platform string, kind DeliveryKind, outcome string, took time.Duration)
	// TimerFired with how late it was.
	TimerFired(kind string, late time.Duration)
	IncidentOpened(customer string)
	ClockBreached(customer, clock string)
	// WatchFound: the watchman found something of the kind that should not be.
	WatchFound(kind string)
}

// Options is what a bot is made of. Logger, Metrics, Assistant and Embedder
// may be left out.
type Options struct {
	Company  *company.Company
	Store    Store
	Adapters []Adapter
	Clock    Clock
	Commands Commander
	Articles Suggester
	// Past finds past incidents; nil for one without synonyms.
	Past *Past
	// Assistant and Embedder are those of the start, nil where there are none; Engage
	// puts others in their place.
	Assistant Assistant
	Embedder  Embedder
	// EmbedWithin is how long a question waits for its vector; 0 for the usual.
	EmbedWithin time.Duration
	Logger      *slog.Logger
	Metrics     Metrics
	// Keys gives a key that was never given before, for deliveries.
	Keys func() string
}

// Bot is the running core.
type Bot struct {
	Options
	company  atomic.Pointer[company.Company]
	adapters map[string]Adapter
	holder   string

	inbox, outbox, timers signal // there may be work
	articles              signal // one was published, changed or archived here
	past                  signal // an incident is to be found as a past one, or not any more
	jobs                  signal // the assistant may have work
	engaged               atomic.Pointer[engaged]
	// vectorsRead is who makes the vectors of which the store was asked for those of
	// articles that have none; nil while it was not asked.
	vectorsRead atomic.Pointer[engaged]
	catching    catching
	outage      outage
	lost        lost
	pulse       pulse
	// rosterPlanned: the timers of hand-offs and reminders are set.
	rosterPlanned atomic.Bool
	// left are the timers of the roster that are left to a newer document's replica.
	left leftToNewer
	// watched is the last incident whose clocks the watchman has looked at; 0 when the
	// next one is the first.
	watched atomic.Int64
}

// New makes a bot. It does nothing until Run or Settle.
func New(o Options) (*Bot, error) {
	switch {
	case o.Company == nil:
		return nil, errors.New("bot: no company")
	case o.Store == nil:
		return nil, errors.New("bot: no store")
	case o.Clock == nil:
		return nil, errors.New("bot: no clock")
	case o.Commands == nil:
		return nil, errors.New("bot: no commands")
	case o.Articles == nil:
		return nil, errors.New("bot: no articles")
	case o.Keys == nil:
		return nil, errors.New("bot: no source of keys")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = noMetrics{}
	}
	b := &Bot{
		Options:  o,
		adapters: map[string]Adapter{},
		holder:   o.Keys(),
		inbox:    newSignal(), outbox: newSignal(), timers: newSignal(), jobs: newSignal(), articles: newSignal(), past: newSignal(),
	}
	if b.Past == nil {
		var err error
		if b.Past, err = NewPast(o.Store, kb.Options{}); err != nil {
			return nil, fmt.Errorf("bot: %w", err)
		}
	}
	b.past.raise()
	b.articles.raise() // nothing was looked at yet
	for _, a := range o.Adapters {
		if b.adapters[a.Platform()] != nil {
			return nil, fmt.Errorf("bot: two adapters for %q", a.Platform())
		}
		b.adapters[a.Platform()] = a
	}
	b.company.Store(o.Company)
	b.Engage(o.Assistant, o.Embedder, o.EmbedWithin)
	b.catching.init(slices.Collect(maps.Keys(b.adapters)))
	return b, nil
}

// signal says that there may be work. Capacity one: a second word while the
// first waits adds nothing.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) raise() {
	select {
	case s <- struct{}{}:
	default:
	}
}

func (b *Bot) raiseAll() {
	b.inbox.raise()
	b.outbox.raise()
	b.timers.raise()
	b.jobs.raise()
}

// noMetrics is who watches when nobody does.
type noMetrics struct{}

func (noMetrics) EventAccepted(string, EventKind, bool)                 {}
func (noMetrics) EventRefused(string, string)                           {}
func (noMetrics) EventHandled(string, EventKind, time.Duration, error)  {}
func (noMetrics) Delivered(string, DeliveryKind, string, time.Duration) {}
func (noMetrics) TimerFired(string, time.Duration)                      {}
func (noMetrics) IncidentOpened(string)                                 {}
func (noMetrics) ClockBreached(string, string)                          {}
func (noMetrics) WatchFound(string)                                     {}
